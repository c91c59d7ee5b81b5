import { Fen } from '@forecourt/contracts'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  fuelSalesOf,
  LedgerError,
  postTransfer,
  receivableFrom,
  type Transfer,
  topUps,
  verifyLedger,
  walletOf,
} from '../src/ledger/index.ts'
import { type LedgerDatabase, openPostgresLedger } from './ledger-database.ts'

const postgresUrl = inject('postgresUrl')
const connections = 8

const wallets = [walletOf('a'), walletOf('b'), walletOf('c')]
const others = [topUps, fuelSalesOf('s-1'), receivableFrom('sandbox', 's-1')]

/** Few accounts and few keys, so that lanes meet on both, in both directions. */
const plan = fc.array(
  fc
    .record({
      key: fc.nat({ max: 60 }),
      sides: fc.shuffledSubarray([...wallets, ...others], { minLength: 2, maxLength: 2 }),
      amountFen: fc.integer({ min: 1, max: 500 }),
    })
    .map(({ key, sides: [debitAccount = '', creditAccount = ''], amountFen }) => {
      return { key, debitAccount, creditAccount, amountFen: Fen.parse(amountFen) }
    }),
  { minLength: 40, maxLength: 80 },
)

describe.skipIf(postgresUrl === null)('transfers of eight connections at once', () => {
  let ledger: LedgerDatabase
  beforeAll(async () => {
    ledger = await openPostgresLedger(postgresUrl ?? '', connections)
  })
  afterAll(() => ledger.close())

  test('conserve money, overdraw no wallet, post no key twice and never deadlock', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(plan, async (transfers) => {
        round++
        const posted = await postInLanes(transfers.map((t) => named(t, round)))
        const keys = posted.map(({ idempotencyKey }) => idempotencyKey)
        expect(new Set(keys).size).toBe(keys.length)
        const found = await verifyLedger(ledger.db)
        expect(found).toMatchObject({ firstBad: null, totalFen: 0n })
      }),
      { numRuns: 12 },
    )
    expect(await recount()).toEqual({ wrong: 0, overdrawn: 0, deadlocks: 0 })
    expect((await verifyLedger(ledger.db)).transfers).toBeGreaterThan(100)
  })

  const named = (
    { key, ...terms }: Omit<Transfer, 'idempotencyKey' | 'memo'> & { key: number },
    round: number,
  ): Transfer => ({
    ...terms,
    // Fresh wallets in every round, so that lanes also meet while accounts are opened.
    debitAccount: freshened(terms.debitAccount, round),
    creditAccount: freshened(terms.creditAccount, round),
    idempotencyKey: `round-${round}-${key}`,
    memo: '',
  })
  const freshened = (account: string, round: number) =>
    wallets.includes(account) ? `${account}-${round}` : account

  /** Each lane takes the next transfer as soon as it is free; refusals by name are part of life. */
  async function postInLanes(transfers: readonly Transfer[]): Promise<readonly Transfer[]> {
    const posted: Transfer[] = []
    const queue = transfers.values()
    const lane = async () => {
      for (const transfer of queue) {
        const result = await postTransfer(ledger.db, transfer).catch((error: unknown) => {
          if (error instanceof LedgerError) return error.code
          throw error
        })
        if (result === 'posted') posted.push(transfer)
      }
    }
    await Promise.all(Array.from({ length: connections }, lane))
    return posted
  }

  /** Counts balances again from the transfers alone, in plain SQL, and asks PostgreSQL about deadlocks. */
  async function recount() {
    const { rows } = await sql<{ wrong: number; overdrawn: number; deadlocks: number }>`
      with moved as (
        select credit_account as account, amount_fen from transfer
        union all select debit_account, -amount_fen from transfer
      ), counted as (
        select account, sum(amount_fen) as balance_fen from moved group by account
      )
      select
        (select count(*)::int from account_head full join counted using (account)
          where account_head.balance_fen is distinct from counted.balance_fen) as wrong,
        (select count(*)::int from posting
          where account like 'wallet:%' and balance_after_fen < 0) as overdrawn,
        (select deadlocks::int from pg_stat_database where datname = current_database()) as deadlocks
    `.execute(ledger.db)
    return rows[0]
  }
})
