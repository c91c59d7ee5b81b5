import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Fen } from '@forecourt/contracts'
import type { Figure } from '@forecourt/contracts/figure'
import { Kysely, PGliteDialect } from 'kysely'
import {
  fuelSalesOf,
  type LedgerTables,
  postTransfer,
  topUps,
  verifyLedger,
  walletOf,
} from '../src/ledger/index.ts'

/**
 * Budget for posting: from hang-up to receipt the median is to stay under 1 s, and the ledger may
 * take 5 ms of it. One transfer after another that is 200 a second, or 500 times what a station
 * needs (12 fuelling points, 30 s a refuel at the very best: 0.4 a second).
 */
const transfersPerSecondMin = 200

/**
 * Budget for verifying: a station of 2,000 refuels a day makes 1.5 million postings a year; the
 * whole year is to be verified in five minutes of a night: 5,000 postings a second.
 */
const verifiedPerSecondMin = 5_000

const members = 100
const charges = 1_500

/** Measures the ledger on PostgreSQL inside the process (PGlite, in memory, no fsync). */
export async function bench(): Promise<readonly Figure[]> {
  const pglite = new PGlite()
  await pglite.exec(readFileSync(join(import.meta.dirname, '../migrations/100-ledger.sql'), 'utf8'))
  const db = new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) })
  try {
    await fillWallets(db)
    const posted = await perSecond(charges, () => chargeAll(db))
    const postings = (members + charges) * 2
    const verified = await perSecond(postings, () => verifyAll(db))
    return [
      figure('ledger transfers', posted, 'transfers/s', transfersPerSecondMin, 'one by one'),
      figure(
        'ledger verification',
        verified,
        'postings/s',
        verifiedPerSecondMin,
        `${postings} rows`,
      ),
    ]
  } finally {
    await pglite.close()
  }
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return (count * 1000) / (performance.now() - startedAtMs)
}

async function fillWallets(db: Kysely<LedgerTables>): Promise<void> {
  for (let i = 0; i < members; i++) {
    await post(db, `top-up-${i}`, topUps, walletOf(`m${i}`), 1_000_000)
  }
}

async function chargeAll(db: Kysely<LedgerTables>): Promise<void> {
  for (let i = 0; i < charges; i++) {
    await post(db, `charge-${i}`, walletOf(`m${i % members}`), fuelSalesOf('bench'), 31_560)
  }
}

async function verifyAll(db: Kysely<LedgerTables>): Promise<void> {
  const { firstBad, totalFen } = await verifyLedger(db)
  if (firstBad !== null || totalFen !== 0n) throw new Error('the benchmark’s own ledger is bad')
}

const post = (
  db: Kysely<LedgerTables>,
  idempotencyKey: string,
  debitAccount: string,
  creditAccount: string,
  amountFen: number,
) =>
  postTransfer(db, {
    idempotencyKey,
    debitAccount,
    creditAccount,
    amountFen: Fen.parse(amountFen),
    memo: 'bench',
  })

const figure = (name: string, value: number, unit: string, min: number, how: string): Figure => ({
  name,
  value,
  unit,
  budget: min,
  bound: 'min',
  ok: value >= min,
  note: `${how}, PGlite in memory`,
})
