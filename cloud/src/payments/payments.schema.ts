import type { ColumnType } from 'kysely'
import type { DateDefault, Int8, Int8Default } from '../db/columns.ts'

export type PaymentTables = {
  charge_intent: ChargeIntentTable
  charge_event: ChargeEventTable
  charge_job: ChargeJobTable
  receipt: ReceiptTable
}

type ChargeIntentTable = {
  intent_id: string
  station_id: string
  sale_id: string
  refuel_id: string
  member_id: string
  member_name: string
  vehicle_ids: string[]
  gateway: string
  contract_id: string | null
  amount_fen: Int8
  fuelling_point: number
  grade: string
  volume_ml: Int8
  unit_price_fen_per_litre: number
  ended_at: Date
  created_at: DateDefault
}

type ChargeEventTable = {
  charge_event_id: Int8Default
  intent_id: string
  kind: 'paid' | 'refused' | 'unknown' | 'absent' | 'contradicted'
  provider_ref: string | null
  detail: string | null
  at: Date
}

type ChargeJobTable = {
  intent_id: string
  state: 'charge' | 'query' | 'stuck'
  attempts: ColumnType<number, number | undefined, number>
  next_at: ColumnType<Date, Date, Date>
  lease_until: ColumnType<Date | null, Date | null | undefined, Date | null>
}

type ReceiptTable = {
  receipt_number: string
  refuel_id: string
  station_id: string
  /** The receipt as issued, in JSON: what was printed once is printed again the same. */
  body: string
  issued_at: Date
}
