import { Fen } from '@forecourt/contracts'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createProblemHandler } from '../src/http/problem.ts'
import {
  fuelSalesOf,
  type LedgerVerification,
  ledgerRoutes,
  postTransfer,
  topUps,
  verifyLedger,
  walletOf,
} from '../src/ledger/index.ts'
import { type LedgerDatabase, openPgliteLedger, openPostgresLedger } from './ledger-database.ts'

const postgresUrl = inject('postgresUrl')

/** m1 gets 1000 and spends 5 × 100; m2 gets 2000 and spends nothing. */
async function fill({ db }: LedgerDatabase): Promise<void> {
  const post = (idempotencyKey: string, from: string, to: string, amountFen: number) =>
    postTransfer(db, {
      idempotencyKey,
      debitAccount: from,
      creditAccount: to,
      amountFen: Fen.parse(amountFen),
      memo: `memo of ${idempotencyKey}`,
    })
  await post('up-1', topUps, walletOf('m1'), 1_000)
  await post('up-2', topUps, walletOf('m2'), 2_000)
  for (let i = 1; i <= 5; i++) await post(`fuel-${i}`, walletOf('m1'), fuelSalesOf('s-1'), 100)
}

/** What an intruder with every right does, and the row that must be named for it. */
const intrusions: readonly [did: string, sql: string, named: { account: string; seq: bigint }][] = [
  [
    'changed an amount and its balance',
    `update posting set amount_fen = 900, balance_after_fen = 900
      where account = 'wallet:m1' and seq = 1`,
    { account: 'wallet:m1', seq: 1n },
  ],
  [
    'changed a transfer’s memo',
    `alter table transfer drop constraint transfer_inputs_hash;
     update transfer set memo = 'free' where idempotency_key = 'fuel-3'`,
    { account: 'fuel-sales:s-1', seq: 3n },
  ],
  [
    'changed a transfer’s memo and its inputs hash',
    `update transfer set memo = 'free', inputs_hash = ledger_inputs_hash(
      idempotency_key, debit_account, credit_account, amount_fen, 'free')
      where idempotency_key = 'fuel-3'`,
    { account: 'fuel-sales:s-1', seq: 3n },
  ],
  [
    'moved a transfer to another day',
    `update transfer set at = at - interval '1 day' where idempotency_key = 'up-2'`,
    { account: 'top-ups', seq: 2n },
  ],
  [
    'removed a posting',
    `delete from posting where account = 'wallet:m1' and seq = 3`,
    { account: 'wallet:m1', seq: 3n },
  ],
  [
    'removed the last posting',
    `delete from posting where account = 'wallet:m1' and seq = 6`,
    { account: 'wallet:m1', seq: 6n },
  ],
  [
    'removed the last posting and set the head back',
    `update account_head h set seq = 5, balance_fen = p.balance_after_fen, hash = p.hash
      from posting p where p.account = h.account and h.account = 'wallet:m1' and p.seq = 5;
     delete from posting where account = 'wallet:m1' and seq = 6`,
    { account: 'wallet:m1', seq: 6n },
  ],
  [
    'swapped two postings',
    `update posting set seq = 100 where account = 'wallet:m1' and seq = 2;
     update posting set seq = 2 where account = 'wallet:m1' and seq = 4;
     update posting set seq = 4 where account = 'wallet:m1' and seq = 100`,
    { account: 'wallet:m1', seq: 2n },
  ],
  [
    'removed all of an account’s postings',
    `delete from posting where account = 'wallet:m2'`,
    { account: 'wallet:m2', seq: 1n },
  ],
  [
    'raised a balance',
    `update account_head set balance_fen = 99999 where account = 'wallet:m2'`,
    { account: 'wallet:m2', seq: 2n },
  ],
  [
    'removed an account with its head',
    `delete from account_head where account = 'wallet:m1';
     delete from account where account = 'wallet:m1'`,
    { account: 'wallet:m1', seq: 1n },
  ],
  [
    'rewrote a last posting and its head to another amount, hashes and all',
    `update posting p set amount_fen = 2001, balance_after_fen = 2001, hash = ledger_posting_hash(
      'wallet:m2', 1, t.idempotency_key, t.inputs_hash, 2001, 2001, t.at, p.prev_hash)
      from transfer t where t.transfer_id = p.transfer_id and p.account = 'wallet:m2';
     update account_head h set balance_fen = 2001, hash = p.hash
      from posting p where p.account = h.account and h.account = 'wallet:m2'`,
    { account: 'wallet:m2', seq: 1n },
  ],
  [
    'added a posting that is chained well but called for by nothing',
    `insert into posting select 'wallet:m2', 2, t.transfer_id, 5000, h.balance_fen + 5000, h.hash,
      ledger_posting_hash('wallet:m2', 2, t.idempotency_key, t.inputs_hash, 5000,
        h.balance_fen + 5000, t.at, h.hash)
      from account_head h, transfer t where h.account = 'wallet:m2' and t.idempotency_key = 'fuel-1'`,
    { account: 'wallet:m2', seq: 2n },
  ],
]

class Undo extends Error {}

/** Verifies after statements that no trigger and no foreign key hindered; then takes them back. */
async function verifyAfter(
  { db }: LedgerDatabase,
  statements: string,
): Promise<LedgerVerification> {
  let found: LedgerVerification | null = null
  const intrusion = db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    for (const statement of statements.split(';')) await sql.raw(statement).execute(trx)
    found = await verifyLedger(trx, { rowsPerPage: 3 })
    throw new Undo()
  })
  await expect(intrusion).rejects.toThrow(Undo)
  if (found === null) throw new Error('nothing was verified')
  return found
}

function describeVerification(name: string, open: () => Promise<LedgerDatabase>) {
  describe(`verification on ${name}`, () => {
    let ledger: LedgerDatabase
    beforeAll(async () => {
      ledger = await open()
      await fill(ledger)
    })
    afterAll(() => ledger.close())

    test.each([1, 2, 3, 7, 14, 1_000])('an honest ledger verifies, %i rows a page', async (n) => {
      expect(await verifyLedger(ledger.db, { rowsPerPage: n })).toEqual({
        accounts: 4,
        transfers: 7,
        postings: 14,
        totalFen: 0n,
        firstBad: null,
      })
    })

    test.each(intrusions)('an intruder %s: the row is named', async (_, statements, named) => {
      expect((await verifyAfter(ledger, statements)).firstBad).toMatchObject(named)
    })

    test('an account is read with its newest postings first', async () => {
      const response = await routes(ledger).request('/ledger/accounts/wallet:m1?limit=2')
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        account: 'wallet:m1',
        kind: 'liability',
        balanceFen: 500,
        seq: 6,
        postings: [
          { seq: 6, amountFen: -100, balanceAfterFen: 500, idempotencyKey: 'fuel-5' },
          { seq: 5, amountFen: -100, balanceAfterFen: 600, memo: 'memo of fuel-4' },
        ],
      })
    })

    test('an account never used holds nothing', async () => {
      const response = await routes(ledger).request('/ledger/accounts/wallet:new')
      expect(await response.json()).toMatchObject({ balanceFen: 0, seq: 0, postings: [] })
    })

    test('an account of no known family is a problem with a code', async () => {
      const response = await routes(ledger).request('/ledger/accounts/slush:fund')
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ type: 'account_unknown' })
    })

    test('a limit over 500 is a problem that names the field', async () => {
      const response = await routes(ledger).request('/ledger/accounts/top-ups?limit=501')
      expect(response.status).toBe(400)
      expect(JSON.stringify(await response.json())).toContain('limit')
    })

    test('verification can be asked for over HTTP', async () => {
      const response = await routes(ledger).request('/ledger/verification')
      expect(await response.json()).toEqual({
        accounts: 4,
        transfers: 7,
        postings: 14,
        totalFen: 0,
        firstBad: null,
      })
    })
  })
}

function routes({ db }: LedgerDatabase) {
  const app = ledgerRoutes({ db })
  app.onError(createProblemHandler(pino({ enabled: false })))
  return app
}

describeVerification('PGlite', openPgliteLedger)

describe.skipIf(postgresUrl === null)('PostgreSQL', () => {
  describeVerification('PostgreSQL', () => openPostgresLedger(postgresUrl ?? ''))
})
