import type { Ending, EndingReason } from '@forecourt/contracts'
import type { Int8, MutableInt8 } from '../db/columns.ts'

export type SettlementTables = {
  settlement_head: SettlementHeadTable
  settlement: SettlementTable
}

type SettlementHeadTable = { station_id: string; last_cursor: MutableInt8 }

type SettlementTable = {
  station_id: string
  cursor: Int8
  refuel_id: string
  sale_id: string
  ending: Ending
  reason: EndingReason | null
  amount_fen: Int8
  receipt_number: string | null
  member_name: string | null
  vehicle_ids: string[]
  decided_at: Date
}
