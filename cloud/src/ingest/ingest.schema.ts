import type { ColumnType } from 'kysely'
import type { DateDefault, Int8, Int8Default, MutableInt8, NullableInt8 } from '../db/columns.ts'

export type IngestTables = {
  event_key: EventKeyTable
  station_event: StationEventTable
  event_sequence: EventSequenceTable
  sale_key: SaleKeyTable
  sale: SaleTable
  quarantine: QuarantineTable
}

type EventKeyTable = {
  event_id: string
  station_id: string
  digest: string
  received_at: DateDefault
}

type StationEventTable = {
  event_id: string
  station_id: string
  fuelling_point: number
  seq: Int8
  type: string
  occurred_at: Date
  body: string
  received_at: DateDefault
}

type EventSequenceTable = {
  station_id: string
  edge_id: string
  fuelling_point: number
  seq: MutableInt8
}

type SaleKeyTable = {
  station_id: string
  sale_id: string
  refuel_id: string
  ended_at: Date
  /** The figures in one text, to see whether a sale told again is the same. */
  figures: string
}

type SaleTable = {
  sale_cursor: Int8Default
  station_id: string
  sale_id: string
  refuel_id: string
  event_id: string
  controller_id: string
  fuelling_point: number
  nozzle: number
  grade: string
  transaction_number: NullableInt8
  volume_ml: Int8
  unit_price_fen_per_litre: number
  amount_fen: Int8
  totaliser_ml: NullableInt8
  totaliser_before_ml: NullableInt8
  origin: 'witnessed' | 'recovered'
  started_at: Date | null
  ended_at: Date
  plate: string | null
  plate_confidence: number | null
  identity: string
  member_id: string | null
  vehicle_id: string | null
  authorisation_id: string | null
  received_at: DateDefault
}

type QuarantineTable = {
  quarantine_id: ColumnType<bigint, never, never>
  station_id: string
  event_id: string | null
  reason: string
  detail: string
  raw: string
  raw_digest: string
  received_at: DateDefault
}
