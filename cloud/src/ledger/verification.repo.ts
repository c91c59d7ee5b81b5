import { type Kysely, sql } from 'kysely'
import type { LedgerTables } from './ledger.schema.ts'
import {
  emptyHead,
  faultAtEnd,
  type Head,
  headAfter,
  type Posting,
  type TransferTerms,
  whyBroken,
  whyNotCalledFor,
} from './posting.ts'

/** The first row that is not as it was written. `seq` 0 stands for the account as a whole. */
export type BadRow = { readonly account: string; readonly seq: bigint; readonly why: string }

export type LedgerVerification = {
  readonly accounts: number
  readonly transfers: number
  readonly postings: number
  /** The sum over all accounts. Must be 0: money only ever moved. */
  readonly totalFen: bigint
  readonly firstBad: BadRow | null
}

/** Rows held in memory at a time, unless the caller says otherwise. */
const rowsPerPageDefault = 2_000

/**
 * Recomputes every hash and balance from the first posting on, in PostgreSQL's name order, and
 * names the first row that was changed, removed, added or moved. May run while transfers are
 * posted: rows are append-only, so each page is judged against heads of the same snapshot.
 *
 * It cannot see that a whole tail was removed together with its transfers and heads; for that
 * keep a copy of the heads outside the database.
 */
export async function verifyLedger(
  db: Kysely<LedgerTables>,
  { rowsPerPage = rowsPerPageDefault }: { readonly rowsPerPage?: number } = {},
): Promise<LedgerVerification> {
  const { accounts, totalFen } = await sumHeads(db)
  const chains = await verifyChains(db, rowsPerPage)
  const firstBad =
    chains.firstBad ?? (await findHeadAstray(db)) ?? (await findUnbalancedTransfer(db))
  const transfers = await countTransfers(db)
  return { accounts, transfers, postings: chains.postings, totalFen, firstBad }
}

async function sumHeads(db: Kysely<LedgerTables>) {
  const row = await db
    .selectFrom('account_head')
    .select((eb) => [
      eb.fn.countAll<string>().as('accounts'),
      sql<string>`coalesce(sum(balance_fen), 0)::text`.as('total'),
    ])
    .executeTakeFirstOrThrow()
  return { accounts: Number(row.accounts), totalFen: BigInt(row.total) }
}

async function countTransfers(db: Kysely<LedgerTables>): Promise<number> {
  const row = await db
    .selectFrom('transfer')
    .select((eb) => eb.fn.countAll<string>().as('transfers'))
    .executeTakeFirstOrThrow()
  return Number(row.transfers)
}

type ChainRow = { readonly posting: Posting; readonly kept: Head; readonly terms: TransferTerms }
type ChainState = { readonly head: Head; readonly kept: Head }

async function verifyChains(db: Kysely<LedgerTables>, rowsPerPage: number) {
  let postings = 0
  let state: ChainState | null = null
  for (;;) {
    const page: readonly ChainRow[] = await readPage(db, state?.head ?? emptyHead(''), rowsPerPage)
    postings += page.length
    for (const row of page) {
      const step: Step = advance(state, row)
      if (step.bad) return { postings, firstBad: step.bad }
      state = step.state
    }
    if (page.length < rowsPerPage) return { postings, firstBad: state && badEnd(state) }
  }
}

type Step = { readonly bad: BadRow | null; readonly state: ChainState }

/** Takes one row into the chain it belongs to; a new account first closes the one before. */
function advance(state: ChainState | null, { posting, kept, terms }: ChainRow): Step {
  const isSame = state?.head.account === posting.account
  const head = isSame && state ? state.head : emptyHead(posting.account)
  const cut = state && !isSame ? badEnd(state) : null
  const why = whyBroken(head, posting) ?? whyNotCalledFor(posting, terms)
  const bad = why === null ? null : { account: posting.account, seq: head.seq + 1n, why }
  return { bad: cut ?? bad, state: { head: headAfter(posting), kept } }
}

function badEnd({ head, kept }: ChainState): BadRow | null {
  const fault = faultAtEnd(head, kept)
  return fault && { account: head.account, ...fault }
}

async function readPage(
  db: Kysely<LedgerTables>,
  after: Head,
  rowsPerPage: number,
): Promise<readonly ChainRow[]> {
  const rows = await db
    .selectFrom('posting')
    .leftJoin('account_head', 'account_head.account', 'posting.account')
    .innerJoin('transfer', 'transfer.transfer_id', 'posting.transfer_id')
    .selectAll('transfer')
    .select(['posting.account', 'posting.seq', 'posting.balance_after_fen', 'posting.prev_hash'])
    .select(['posting.hash', 'posting.amount_fen as posted_fen', 'account_head.seq as kept_seq'])
    .select(['account_head.balance_fen as kept_balance_fen', 'account_head.hash as kept_hash'])
    .where(sql<boolean>`(posting.account, posting.seq) > (${after.account}, ${after.seq})`)
    .orderBy('posting.account')
    .orderBy('posting.seq')
    .limit(rowsPerPage)
    .execute()
  return rows.map(toChainRow)
}

type Count = string | number | bigint
type SelectedRow = {
  readonly [name in 'seq' | 'balance_after_fen' | 'posted_fen' | 'amount_fen']: Count
} & {
  readonly [name in 'account' | 'prev_hash' | 'hash' | 'memo']: string
} & {
  readonly [name in 'idempotency_key' | 'inputs_hash' | 'debit_account' | 'credit_account']: string
} & {
  readonly at: Date
  readonly kept_seq: Count | null
  readonly kept_balance_fen: Count | null
  readonly kept_hash: string | null
}

function toChainRow(row: SelectedRow): ChainRow {
  return {
    posting: {
      account: row.account,
      seq: BigInt(row.seq),
      idempotencyKey: row.idempotency_key,
      inputsHash: row.inputs_hash,
      amountFen: BigInt(row.posted_fen),
      balanceAfterFen: BigInt(row.balance_after_fen),
      atMs: row.at.getTime(),
      prevHash: row.prev_hash,
      hash: row.hash,
    },
    kept: toHead(row),
    terms: {
      idempotencyKey: row.idempotency_key,
      debitAccount: row.debit_account,
      creditAccount: row.credit_account,
      amountFen: BigInt(row.amount_fen),
      memo: row.memo,
    },
  }
}

/** A head that was removed keeps nothing, so the chain's first posting lies beyond it. */
function toHead(row: SelectedRow): Head {
  if (row.kept_seq === null || row.kept_balance_fen === null || row.kept_hash === null) {
    return emptyHead(row.account)
  }
  return {
    account: row.account,
    seq: BigInt(row.kept_seq),
    balanceFen: BigInt(row.kept_balance_fen),
    hash: row.kept_hash,
  }
}

/** An account whose head claims postings when there is none, or a posting beyond its head. */
async function findHeadAstray(db: Kysely<LedgerTables>): Promise<BadRow | null> {
  const row = await db
    .selectFrom('account')
    .leftJoin('account_head', 'account_head.account', 'account.account')
    .leftJoin('posting', 'posting.account', 'account.account')
    .select((eb) => ['account.account', eb.fn.max('posting.seq').as('last_seq')])
    .groupBy(['account.account', 'account_head.seq'])
    .having(sql<boolean>`account_head.seq is distinct from coalesce(max(posting.seq), 0)`)
    .orderBy('account.account')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const why = 'missing: the head and the last posting differ'
  return { account: row.account, seq: BigInt(row.last_seq ?? 0) + 1n, why }
}

/** A transfer that lost a posting: its chain was cut and its head set back to hide it. */
async function findUnbalancedTransfer(db: Kysely<LedgerTables>): Promise<BadRow | null> {
  const row = await db
    .selectFrom('transfer')
    .leftJoin('posting', 'posting.transfer_id', 'transfer.transfer_id')
    .select((eb) => [
      'transfer.idempotency_key',
      'transfer.debit_account',
      'transfer.credit_account',
      eb.fn.max('posting.account').as('remaining'),
    ])
    .groupBy('transfer.transfer_id')
    .having(sql<boolean>`count(posting.seq) <> 2 or sum(posting.amount_fen) <> 0`)
    .orderBy('transfer.transfer_id')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const lost = row.remaining === row.debit_account ? row.credit_account : row.debit_account
  const why = `missing: transfer ${row.idempotency_key} has not its two postings`
  return { account: lost, seq: (await lastSeqOf(db, lost)) + 1n, why }
}

async function lastSeqOf(db: Kysely<LedgerTables>, account: string): Promise<bigint> {
  const row = await db
    .selectFrom('posting')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('account', '=', account)
    .executeTakeFirst()
  return BigInt(row?.seq ?? 0)
}
