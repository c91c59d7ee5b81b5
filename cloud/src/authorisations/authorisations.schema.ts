import type { ColumnType } from 'kysely'
import type { NullableInt8 } from '../db/columns.ts'

export type AuthorisationTables = { authorisation: AuthorisationTable }

type AuthorisationTable = {
  request_id: string
  authorisation_id: string | null
  station_id: string
  refuel_id: string
  fuelling_point: number
  member_id: string | null
  decision: 'allowed' | 'denied'
  reason: string | null
  limit_fen: NullableInt8
  member_name: string | null
  request: string
  decided_at: Date
  closed_at: ColumnType<Date | null, never, Date>
  closed_by: ColumnType<string | null, never, string>
}
