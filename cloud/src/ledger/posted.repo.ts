import type { Kysely } from 'kysely'
import type { LedgerTables } from './ledger.schema.ts'

/** The amounts posted under each of these idempotency keys; a key never posted is absent. */
export async function listPosted(
  db: Kysely<LedgerTables>,
  idempotencyKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const posted = new Map<string, bigint[]>()
  if (idempotencyKeys.length === 0) return posted
  const rows = await db
    .selectFrom('transfer')
    .select(['idempotency_key', 'amount_fen'])
    .where('idempotency_key', 'in', idempotencyKeys)
    .execute()
  for (const row of rows) {
    const amounts = posted.get(row.idempotency_key) ?? []
    posted.set(row.idempotency_key, [...amounts, BigInt(row.amount_fen)])
  }
  return posted
}
