import type { Fen } from '@forecourt/contracts'
import { type Kysely, sql } from 'kysely'
import { termsOf } from './accounts.ts'
import { LedgerError } from './errors.ts'
import type { LedgerTables } from './ledger.schema.ts'
import {
  buildPostings,
  type Head,
  inputsHashOf,
  type Posting,
  type TransferTerms,
} from './posting.ts'

export type Transfer = {
  /** 1 to 128 printable ASCII characters, no space. */
  readonly idempotencyKey: string
  readonly debitAccount: string
  readonly creditAccount: string
  /** More than zero. */
  readonly amountFen: Fen
  /** For people, at most 200 characters; part of the terms. */
  readonly memo: string
}

/** How often a transfer in its own database transaction is tried when the database breaks a deadlock. */
const attemptsMax = 5

/**
 * Posts one transfer once: posting it again on the same terms does nothing. Given a database
 * transaction it posts with the caller's other writes or not at all; otherwise it opens its own.
 *
 * Locks the two account heads by name, so single transfers never deadlock. A caller that posts
 * several in one database transaction holds locks in its own order and must retry on 40P01.
 * Throwing leaves the caller's database transaction usable: nothing has been written by then.
 *
 * @throws {LedgerError} `transfer_conflict`, `account_overdrawn`, `account_unknown`, `transfer_invalid`.
 */
export async function postTransfer(
  db: Kysely<LedgerTables>,
  transfer: Transfer,
): Promise<'posted' | 'already_posted'> {
  const terms = toTerms(transfer)
  if (db.isTransaction) return postWithin(db, terms)
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute((trx) => postWithin(trx, terms))
    } catch (error) {
      // The database undid everything and named a cause that passes by itself.
      if (attempt === attemptsMax || !isTransient(error)) throw error
    }
  }
}

/** What became of a transfer that may or may not have been posted. */
export async function findTransfer(
  db: Kysely<LedgerTables>,
  transfer: Transfer,
): Promise<'posted' | 'absent' | 'conflict'> {
  const terms = toTerms(transfer)
  const inputsHash = await inputsHashUnder(db, terms.idempotencyKey)
  if (inputsHash === null) return 'absent'
  return inputsHash === inputsHashOf(terms) ? 'posted' : 'conflict'
}

/** What an account holds: credits less debits, in fen. An account never used holds nothing. */
export async function balanceOf(db: Kysely<LedgerTables>, account: string): Promise<bigint> {
  const head = await db
    .selectFrom('account_head')
    .select('balance_fen')
    .where('account', '=', account)
    .executeTakeFirst()
  return BigInt(head?.balance_fen ?? 0)
}

async function postWithin(
  db: Kysely<LedgerTables>,
  terms: TransferTerms,
): Promise<'posted' | 'already_posted'> {
  const before = await lookBefore(db, terms)
  if (isSameTransfer(before.inputsHash, terms)) return 'already_posted'
  // Before any head is locked: who waits for an account that another opens must hold nothing.
  if (before.accountsOpen < 2) await openAccounts(db, [terms.debitAccount, terms.creditAccount])
  const { debit, credit, at } = await lockHeads(db, terms)
  if (debit.balanceFen < terms.amountFen && termsOf(debit.account)?.allowNegative === false) {
    // Whoever held the lock before us may have posted this very transfer and emptied the account.
    if (await isPosted(db, terms)) return 'already_posted'
    throw new LedgerError('account_overdrawn', { account: debit.account })
  }
  const transferId = await insertTransfer(db, terms, at)
  if (transferId === null) {
    if (await isPosted(db, terms)) return 'already_posted'
    throw new Error(`transfer ${terms.idempotencyKey} is neither new nor there`)
  }
  await insertPostings(db, transferId, buildPostings(terms, { debit, credit }, at.getTime()))
  return 'posted'
}

async function isPosted(db: Kysely<LedgerTables>, terms: TransferTerms): Promise<boolean> {
  return isSameTransfer(await inputsHashUnder(db, terms.idempotencyKey), terms)
}

/** @throws {LedgerError} `transfer_conflict` when the key is taken by other terms. */
function isSameTransfer(inputsHash: string | null, terms: TransferTerms): boolean {
  if (inputsHash === null) return false
  if (inputsHash === inputsHashOf(terms)) return true
  throw new LedgerError('transfer_conflict', { idempotencyKey: terms.idempotencyKey })
}

async function inputsHashUnder(db: Kysely<LedgerTables>, key: string): Promise<string | null> {
  const row = await db
    .selectFrom('transfer')
    .select('inputs_hash')
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
  return row?.inputs_hash ?? null
}

async function lookBefore(
  db: Kysely<LedgerTables>,
  { idempotencyKey, debitAccount, creditAccount }: TransferTerms,
) {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('transfer')
        .select('inputs_hash')
        .where('idempotency_key', '=', idempotencyKey)
        .as('inputs_hash'),
      eb
        .selectFrom('account')
        .select((count) => count.fn.countAll<string>().as('open'))
        .where('account', 'in', [debitAccount, creditAccount])
        .as('open'),
    ])
    .executeTakeFirstOrThrow()
  return { inputsHash: row.inputs_hash, accountsOpen: Number(row.open) }
}

type LockedHeads = { readonly debit: Head; readonly credit: Head; readonly at: Date }

/** In name order, whichever side they are on: that is what keeps transfers from deadlocking. */
async function lockHeads(
  db: Kysely<LedgerTables>,
  { debitAccount, creditAccount }: TransferTerms,
): Promise<LockedHeads> {
  const rows = await db
    .selectFrom('account_head')
    .select(['account', 'seq', 'balance_fen', 'hash'])
    .select(sql<Date>`clock_timestamp()::timestamptz(3)`.as('at'))
    .where('account', 'in', [debitAccount, creditAccount])
    .orderBy('account')
    .forUpdate()
    .execute()
  const heads = rows.map((row) => ({
    account: row.account,
    seq: BigInt(row.seq),
    balanceFen: BigInt(row.balance_fen),
    hash: row.hash,
  }))
  const debit = heads.find((head) => head.account === debitAccount)
  const credit = heads.find((head) => head.account === creditAccount)
  const at = rows.at(-1)?.at
  if (!(debit && credit && at)) throw new Error(`no head for ${debitAccount} or ${creditAccount}`)
  return { debit, credit, at }
}

/** Inserted in name order, like every lock here. */
async function openAccounts(db: Kysely<LedgerTables>, accounts: readonly string[]): Promise<void> {
  const rows = accounts.toSorted().map((account) => {
    const accountTerms = termsOf(account)
    if (accountTerms === null) throw new LedgerError('account_unknown', { account })
    return { account, kind: accountTerms.kind, allow_negative: accountTerms.allowNegative }
  })
  await db
    .insertInto('account')
    .values(rows)
    .onConflict((oc) => oc.doNothing())
    .execute()
}

async function insertTransfer(
  db: Kysely<LedgerTables>,
  terms: TransferTerms,
  at: Date,
): Promise<bigint | null> {
  const row = await db
    .insertInto('transfer')
    .values({
      idempotency_key: terms.idempotencyKey,
      inputs_hash: inputsHashOf(terms),
      debit_account: terms.debitAccount,
      credit_account: terms.creditAccount,
      amount_fen: terms.amountFen,
      memo: terms.memo,
      at,
    })
    .onConflict((oc) => oc.column('idempotency_key').doNothing())
    .returning('transfer_id')
    .executeTakeFirst()
  return row === undefined ? null : BigInt(row.transfer_id)
}

async function insertPostings(
  db: Kysely<LedgerTables>,
  transferId: bigint,
  postings: readonly Posting[],
): Promise<void> {
  const rows = postings.map((posting) => ({
    account: posting.account,
    seq: posting.seq,
    transfer_id: transferId,
    amount_fen: posting.amountFen,
    balance_after_fen: posting.balanceAfterFen,
    prev_hash: posting.prevHash,
    hash: posting.hash,
  }))
  await db.insertInto('posting').values(rows).execute()
}

function toTerms(transfer: Transfer): TransferTerms {
  const { idempotencyKey, debitAccount, creditAccount, amountFen, memo } = transfer
  const invalid = (field: string, fix: string) =>
    new LedgerError('transfer_invalid', { field, fix })
  if (!/^[!-~]{1,128}$/.test(idempotencyKey))
    throw invalid('idempotencyKey', 'use 1 to 128 printable ASCII characters without spaces')
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0)
    throw invalid('amountFen', 'use a whole number of fen above 0')
  if (memo.length > 200 || memo.includes('\0') || !memo.isWellFormed())
    throw invalid('memo', 'use at most 200 well-formed characters')
  if (debitAccount === creditAccount) throw invalid('creditAccount', 'use another than the debited')
  for (const account of [debitAccount, creditAccount])
    if (termsOf(account) === null) throw new LedgerError('account_unknown', { account })
  return { idempotencyKey, debitAccount, creditAccount, amountFen: BigInt(amountFen), memo }
}

/** Deadlock or serialisation failure, as both drivers report it. */
function isTransient(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['40P01', '40001'].includes(String(error.code))
  )
}
