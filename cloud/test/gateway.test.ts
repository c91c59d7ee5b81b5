import { randomUUID } from 'node:crypto'
import { Fen } from '@forecourt/contracts'
import { sql } from 'kysely'
import { describe, inject } from 'vitest'
import { postTransfer, topUps, walletOf } from '../src/ledger/index.ts'
import { createSandboxGateway, createStoredValueGateway } from '../src/payments/gateways/index.ts'
import { describePaymentGateway, type GatewayFixture } from './gateway-conformance.ts'
import { type LedgerDatabase, openPgliteLedger, openPostgresLedger } from './ledger-database.ts'
import { sandboxKey, startSandboxProcess } from './sandbox-process.ts'

const postgresUrl = inject('postgresUrl')

async function openStoredValue(ledger: LedgerDatabase): Promise<GatewayFixture> {
  const { db } = ledger
  let release: () => void = () => undefined
  /** Holds the wallet's lock, as another charge under way would. */
  const stall = async (memberId: string) => {
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await new Promise<void>((locked) => {
      void db.transaction().execute(async (trx) => {
        await sql`select from account_head where account = ${walletOf(memberId)} for update`.execute(
          trx,
        )
        locked()
        await held
      })
    })
  }
  return {
    gateway: createStoredValueGateway({ db }),
    payer: async (kind) => {
      const memberId = randomUUID()
      await postTransfer(db, {
        idempotencyKey: randomUUID(),
        debitAccount: topUps,
        creditAccount: walletOf(memberId),
        amountFen: Fen.parse(kind === 'refuses' ? 1 : 50_000),
        memo: '充值',
      })
      if (kind === 'stalls') await stall(memberId)
      return { memberId, contractId: null }
    },
    takenFen: async (idempotencyKey) => {
      const { rows } = await sql<{ fen: number }>`
        select -p.amount_fen::int as fen from posting p join transfer t using (transfer_id)
        where t.idempotency_key = ${idempotencyKey} and p.account like 'wallet:%'`.execute(db)
      return rows.map(({ fen }) => fen)
    },
    release: () => release(),
    close: () => {
      release()
      return ledger.close()
    },
  }
}

async function openSandbox(): Promise<GatewayFixture> {
  const sandbox = await startSandboxProcess()
  const behaviours = { pays: 'pays', refuses: 'refuses', stalls: 'times_out' } as const
  return {
    gateway: createSandboxGateway({
      url: sandbox.url,
      key: sandboxKey,
      notifyUrl: 'http://127.0.0.1:9/nobody-listens',
    }),
    payer: async (kind) => {
      const contractId = `contract-${randomUUID()}`
      await sandbox.setContract(contractId, behaviours[kind])
      return { memberId: 'm1', contractId }
    },
    takenFen: async (idempotencyKey) => {
      const charges = await sandbox.charges()
      const charge = charges.find(({ outTradeNo }) => outTradeNo === idempotencyKey)
      if (charge === undefined || charge.takenTimes === 0) return []
      return Array.from({ length: charge.takenTimes }, () => charge.takenFen / charge.takenTimes)
    },
    release: () => undefined,
    close: sandbox.stop,
  }
}

describePaymentGateway('the sandbox gateway', openSandbox)

describePaymentGateway('stored value on PGlite', async () =>
  openStoredValue(await openPgliteLedger()),
)

describe.skipIf(postgresUrl === null)('PostgreSQL', () => {
  describePaymentGateway('stored value on PostgreSQL', async () =>
    // More connections than the suite's twenty charges at once, so that they truly meet.
    openStoredValue(await openPostgresLedger(postgresUrl ?? '', 24)),
  )
})
