import type { ColumnType, Generated } from 'kysely'

/** `bigint` in PostgreSQL. Drivers hand it over as text, number or bigint: read it by `BigInt`. */
type Int8 = ColumnType<string | number | bigint, bigint, never>
type Int8Generated = ColumnType<string | number | bigint, never, never>

/** PostgreSQL as `migrations/100-ledger.sql` leaves it. Change both in one commit. */
export type LedgerTables = {
  account: AccountTable
  account_head: AccountHeadTable
  transfer: TransferTable
  posting: PostingTable
}

export type AccountTable = {
  account: string
  kind: 'asset' | 'liability' | 'revenue'
  allow_negative: boolean
  opened_at: Generated<Date>
}

/** Written by triggers only. */
export type AccountHeadTable = {
  account: ColumnType<string, never, never>
  allow_negative: ColumnType<boolean, never, never>
  seq: Int8Generated
  balance_fen: Int8Generated
  hash: ColumnType<string, never, never>
}

export type TransferTable = {
  transfer_id: Int8Generated
  idempotency_key: string
  inputs_hash: string
  debit_account: string
  credit_account: string
  amount_fen: Int8
  memo: string
  at: Date
}

export type PostingTable = {
  account: string
  seq: Int8
  transfer_id: Int8
  amount_fen: Int8
  balance_after_fen: Int8
  prev_hash: string
  hash: string
}
