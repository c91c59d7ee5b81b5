import type { ColumnType } from 'kysely'

/** `bigint` in PostgreSQL; both drivers hand it back as `bigint`. Written once. */
export type Int8 = ColumnType<bigint, number | bigint, never>
export type NullableInt8 = ColumnType<bigint | null, number | bigint | null, never>
export type MutableInt8 = ColumnType<bigint, number | bigint, number | bigint>
/** The database fills it in. */
export type Int8Default = ColumnType<bigint, never, never>
export type DateDefault = ColumnType<Date, Date | undefined, never>
