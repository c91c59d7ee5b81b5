import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { LedgerTables } from './ledger.schema.ts'
import { emptyHead } from './posting.ts'

/** An account as people read it; its newest postings first. An account never used holds nothing. */
export async function readAccount(db: Kysely<LedgerTables>, account: string, limit: number) {
  const head = await db
    .selectFrom('account_head')
    .select(['seq', 'balance_fen', 'hash'])
    .where('account', '=', account)
    .executeTakeFirst()
  const rows = await listPostings(db, account, limit, BigInt(head?.seq ?? 0))
  return {
    account,
    balanceFen: toSafeNumber(head?.balance_fen ?? 0),
    seq: toSafeNumber(head?.seq ?? 0),
    headHash: head?.hash ?? emptyHead(account).hash,
    postings: rows.map((row) => ({
      seq: toSafeNumber(row.seq),
      amountFen: toSafeNumber(row.amount_fen),
      balanceAfterFen: toSafeNumber(row.balance_after_fen),
      idempotencyKey: row.idempotency_key,
      memo: row.memo,
      at: row.at.toISOString(),
      hash: row.hash,
    })),
  }
}

/** Not beyond `upTo`, so that a posting made meanwhile does not contradict the head. */
function listPostings(db: Kysely<LedgerTables>, account: string, limit: number, upTo: bigint) {
  return db
    .selectFrom('posting')
    .innerJoin('transfer', 'transfer.transfer_id', 'posting.transfer_id')
    .select(['posting.seq', 'posting.amount_fen', 'posting.balance_after_fen', 'posting.hash'])
    .select(['transfer.idempotency_key', 'transfer.memo', 'transfer.at'])
    .where('posting.account', '=', account)
    .where('posting.seq', '<=', upTo)
    .orderBy('posting.seq', 'desc')
    .limit(limit)
    .execute()
}

/** Exact up to 2^53 fen, which is 90 trillion yuan: more than any account here can hold. */
function toSafeNumber(value: string | number | bigint): number {
  const number = Number(value)
  assert(Number.isSafeInteger(number), `${value} does not fit a JSON number`)
  return number
}
