import type { ColumnType } from 'kysely'
import type { DateDefault } from '../db/columns.ts'

export type StationTables = { station: StationTable }

type StationTable = {
  station_id: string
  name: string
  /** SHA-256 of the token in hex; the token itself is shown once and kept nowhere. */
  token_digest: string
  edge_id: ColumnType<string | null, never, string | null>
  edge_seen_at: ColumnType<Date | null, never, Date | null>
  created_at: DateDefault
}
