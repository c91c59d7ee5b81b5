import { Fen } from '@forecourt/contracts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  balanceOf,
  fuelSalesOf,
  postTransfer,
  receivableFrom,
  type Transfer,
  topUps,
  verifyLedger,
  walletOf,
} from '../src/ledger/index.ts'
import { type LedgerDatabase, openPgliteLedger, openPostgresLedger } from './ledger-database.ts'

const postgresUrl = inject('postgresUrl')

let keys = 0
const topUp = (memberId: string, amountFen: number): Transfer => ({
  idempotencyKey: `key-${++keys}`,
  debitAccount: topUps,
  creditAccount: walletOf(memberId),
  amountFen: Fen.parse(amountFen),
  memo: '充值',
})
const fuel = (memberId: string, amountFen: number): Transfer => ({
  idempotencyKey: `key-${++keys}`,
  debitAccount: walletOf(memberId),
  creditAccount: fuelSalesOf('demo-1'),
  amountFen: Fen.parse(amountFen),
  memo: '92 号 40.00 升',
})

function describeLedger(name: string, open: () => Promise<LedgerDatabase>) {
  describe(`the ledger on ${name}`, () => {
    let ledger: LedgerDatabase
    beforeAll(async () => {
      ledger = await open()
    })
    afterAll(() => ledger.close())

    test('a transfer sent again is posted once', async () => {
      const transfer = topUp('again', 50_000)
      expect(await postTransfer(ledger.db, transfer)).toBe('posted')
      expect(await postTransfer(ledger.db, transfer)).toBe('already_posted')
      expect(await balanceOf(ledger.db, walletOf('again'))).toBe(50_000n)
    })

    test.each([
      ['amount', { amountFen: Fen.parse(1) }],
      ['payer', { debitAccount: receivableFrom('sandbox', 's-1') }],
      ['payee', { creditAccount: walletOf('other') }],
      ['memo', { memo: 'another' }],
    ])('the same key with another %s is a conflict and posts nothing', async (_, change) => {
      const transfer = topUp('conflict', 50_000)
      await postTransfer(ledger.db, transfer)
      const before = await verifyLedger(ledger.db)
      await expect(postTransfer(ledger.db, { ...transfer, ...change })).rejects.toMatchObject({
        code: 'transfer_conflict',
      })
      expect(await verifyLedger(ledger.db)).toEqual(before)
    })

    test('a wallet is spent to the last fen and not further', async () => {
      await postTransfer(ledger.db, topUp('poor', 1_000))
      await expect(postTransfer(ledger.db, fuel('poor', 1_001))).rejects.toMatchObject({
        code: 'account_overdrawn',
        detail: { account: 'wallet:poor' },
      })
      expect(await postTransfer(ledger.db, fuel('poor', 1_000))).toBe('posted')
      expect(await balanceOf(ledger.db, walletOf('poor'))).toBe(0n)
    })

    test('a spent wallet does not turn a repeat into a refusal', async () => {
      await postTransfer(ledger.db, topUp('spent', 700))
      const transfer = fuel('spent', 700)
      await postTransfer(ledger.db, transfer)
      expect(await postTransfer(ledger.db, transfer)).toBe('already_posted')
    })

    test('a refusal leaves the caller’s database transaction usable', async () => {
      const transfer = topUp('kept', 300)
      await ledger.db.transaction().execute(async (trx) => {
        await expect(postTransfer(trx, fuel('nobody', 5))).rejects.toThrow('account_overdrawn')
        await postTransfer(trx, transfer)
      })
      expect(await balanceOf(ledger.db, walletOf('kept'))).toBe(300n)
    })

    test('a transfer goes back with the caller’s database transaction', async () => {
      const undone = ledger.db.transaction().execute(async (trx) => {
        await postTransfer(trx, topUp('undone', 300))
        throw new Error('the caller changed its mind')
      })
      await expect(undone).rejects.toThrow('changed its mind')
      expect(await balanceOf(ledger.db, walletOf('undone'))).toBe(0n)
    })

    test.each([
      ['an amount of nothing', { amountFen: Fen.parse(0) }, 'amountFen'],
      ['a negative amount', { amountFen: Fen.parse(-5) }, 'amountFen'],
      ['a key with a line break', { idempotencyKey: 'a\nb' }, 'idempotencyKey'],
      ['both sides the same', { creditAccount: topUps }, 'creditAccount'],
      ['a memo that is too long', { memo: '油'.repeat(201) }, 'memo'],
    ])('%s is refused by name', async (_, change, field) => {
      const transfer = { ...topUp('invalid', 5), ...change }
      await expect(postTransfer(ledger.db, transfer)).rejects.toMatchObject({
        code: 'transfer_invalid',
        detail: { field },
      })
    })

    test('an account of no known family is refused by name', async () => {
      const transfer = { ...topUp('x', 5), creditAccount: 'slush:fund' }
      await expect(postTransfer(ledger.db, transfer)).rejects.toMatchObject({
        code: 'account_unknown',
        detail: { account: 'slush:fund' },
      })
    })

    test('twenty senders of one transfer post it once', async () => {
      await postTransfer(ledger.db, topUp('twenty', 900))
      const transfer = fuel('twenty', 600)
      const results = await Promise.all(
        Array.from({ length: 20 }, () => postTransfer(ledger.db, transfer)),
      )
      expect(results.filter((result) => result === 'posted')).toHaveLength(1)
      expect(await balanceOf(ledger.db, walletOf('twenty'))).toBe(300n)
    })

    test('twenty charges on a wallet that holds seven of them: seven are posted', async () => {
      await postTransfer(ledger.db, topUp('seven', 750))
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => postTransfer(ledger.db, fuel('seven', 100))),
      )
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(7)
      for (const result of results)
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject({ code: 'account_overdrawn' })
      expect(await balanceOf(ledger.db, walletOf('seven'))).toBe(50n)
    })

    test.each([
      'update transfer set amount_fen = amount_fen + 1',
      'delete from transfer',
      'truncate transfer cascade',
      'update posting set balance_after_fen = 0',
      'delete from posting where seq = 1',
      'truncate posting',
      'update account set allow_negative = true',
      'update account_head set balance_fen = 1000000',
      'delete from account_head',
    ])('the database refuses: %s', async (statement) => {
      await expect(ledger.script(statement)).rejects.toThrow('append-only')
    })

    test('the database refuses a posting its transfer does not call for', async () => {
      await postTransfer(ledger.db, topUp('forged', 100))
      const forge = `insert into posting select 'wallet:forged', h.seq + 1, t.transfer_id, 100,
          h.balance_fen + 100, h.hash, ledger_posting_hash('wallet:forged', h.seq + 1,
          t.idempotency_key, t.inputs_hash, 100, h.balance_fen + 100, t.at, h.hash)
        from account_head h, transfer t
        where h.account = 'wallet:forged' and t.credit_account = 'wallet:again' limit 1`
      await expect(ledger.script(forge)).rejects.toThrow('not one of the two')
    })

    test('the database refuses a transfer without its two postings', async () => {
      const forge = `insert into transfer
        (idempotency_key, inputs_hash, debit_account, credit_account, amount_fen, memo, at)
        values ('half', ledger_inputs_hash('half', 'top-ups', 'wallet:again', 5, ''),
          'top-ups', 'wallet:again', 5, '', now())`
      await expect(ledger.script(forge)).rejects.toThrow('two postings that sum to zero')
    })

    test('the database computes the same hashes as the code that wrote them', async () => {
      const { rows } = await sql<{ postings: number; same: number }>`
        select count(*)::int as postings, count(*) filter (where p.hash = ledger_posting_hash(
          p.account, p.seq, t.idempotency_key, t.inputs_hash, p.amount_fen, p.balance_after_fen,
          t.at, p.prev_hash))::int as same
        from posting p join transfer t using (transfer_id)`.execute(ledger.db)
      expect(rows[0]?.postings).toBeGreaterThan(20)
      expect(rows[0]?.same).toBe(rows[0]?.postings)
    })

    test('it verifies as a whole and holds as much as it was given: nothing', async () => {
      const found = await verifyLedger(ledger.db)
      expect(found).toMatchObject({ firstBad: null, totalFen: 0n })
      expect(found.postings).toBe(found.transfers * 2)
    })
  })
}

describeLedger('PGlite', openPgliteLedger)

describe.skipIf(postgresUrl === null)('PostgreSQL', () => {
  describeLedger('PostgreSQL', () => openPostgresLedger(postgresUrl ?? ''))
})
