import type { DateDefault, NullableInt8 } from '../db/columns.ts'

export type MemberTables = { member: MemberTable; vehicle: VehicleTable }

type MemberTable = {
  member_id: string
  display_name: string
  status: 'active' | 'blocked' | 'overdue'
  payment_kind: 'stored_value' | 'sandbox' | null
  contract_id: string | null
  created_at: DateDefault
}

type VehicleTable = {
  vehicle_id: string
  member_id: string
  plate: string
  tank_capacity_ml: NullableInt8
  grades: string[] | null
  created_at: DateDefault
}
