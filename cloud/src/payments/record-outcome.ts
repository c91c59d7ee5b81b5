import { Fen } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { transact } from '../db/transact.ts'
import { fuelSalesOf, postTransfer, receivableFrom } from '../ledger/index.ts'
import { appendSettlement, type Decision, listWaiting } from '../settlements/index.ts'
import { type Backoff, waitAfter } from './backoff.ts'
import {
  deleteJob,
  insertChargeEvent,
  listChargeEvents,
  lockIntent,
  rescheduleJob,
} from './charges.repo.ts'
import type { ChargeOutcome } from './gateway.ts'
import type { ChargeIntent } from './intent.ts'
import { issueReceipt } from './receipts.repo.ts'

export type ProviderAnswer = ChargeOutcome | { readonly kind: 'absent' }

/**
 * What an answer changed. `already`: nothing, it had been said before. `stuck`: pending, and
 * nobody asks any more until a person lets it (`POST /v1/charges/stuck/ask-again`).
 */
export type Recorded = {
  readonly kind:
    | 'paid'
    | 'refused'
    | 'pending'
    | 'stuck'
    | 'already'
    | 'contradicted'
    | 'unknown_intent'
  readonly stationId: string | null
}

/** The stored-value gateway posts to the ledger itself; all others collect for us and owe it. */
const storedValue = 'stored_value'

/**
 * Writes a provider's answer and everything that follows from it (ledger, receipt, settlement) in
 * one database transaction. The first final answer stands: repeated it changes nothing, and one
 * that contradicts it is kept for a person and changes nothing either.
 */
export function recordOutcome(
  db: Kysely<Database>,
  answer: {
    readonly intentId: string
    readonly outcome: ProviderAnswer
    /** The attempt that got this answer; null when the provider told it unasked. */
    readonly attempt: number | null
    readonly now: Date
    readonly backoff: Backoff
  },
): Promise<Recorded> {
  return transact(db, async (trx) => {
    const intent = await lockIntent(trx, answer.intentId)
    if (!intent) return { kind: 'unknown_intent', stationId: null }
    const { stationId } = intent
    const before = await listChargeEvents(trx, intent.intentId)
    const final = before.find((kind) => kind === 'paid' || kind === 'refused')
    if (final !== undefined) return { kind: await repeat(trx, answer, final), stationId }
    const { outcome } = answer
    await insertChargeEvent(trx, {
      intentId: intent.intentId,
      ...toColumns(outcome),
      at: answer.now,
    })
    switch (outcome.kind) {
      case 'paid':
        await settlePaid(trx, intent, answer.now)
        return { kind: 'paid', stationId }
      case 'refused':
        await deleteJob(trx, intent.intentId)
        await settleFinally(trx, {
          ...toDecision(intent, answer.now),
          ending: 'payable',
          reason: outcome.reason,
        })
        return { kind: 'refused', stationId }
      case 'unknown':
      case 'absent': {
        const kind = await askLater(trx, answer)
        if (!before.includes('unknown') && outcome.kind === 'unknown') {
          await appendSettlement(trx, {
            ...toDecision(intent, answer.now),
            ending: 'pending',
            reason: 'provider_unknown',
          })
        }
        return { kind, stationId }
      }
    }
  })
}

type Answer = Parameters<typeof recordOutcome>[1]

async function repeat(
  trx: Kysely<Database>,
  answer: Answer,
  final: 'paid' | 'refused',
): Promise<'already' | 'contradicted'> {
  await deleteJob(trx, answer.intentId)
  const { kind } = answer.outcome
  const contradicts = (kind === 'paid' || kind === 'refused') && kind !== final
  if (!contradicts) return 'already'
  const { providerRef, detail } = toColumns(answer.outcome)
  await insertChargeEvent(trx, {
    intentId: answer.intentId,
    kind: 'contradicted',
    providerRef,
    detail: `${kind} after ${final}${detail === null ? '' : `: ${detail}`}`,
    at: answer.now,
  })
  return 'contradicted'
}

async function settlePaid(trx: Kysely<Database>, intent: ChargeIntent, now: Date): Promise<void> {
  if (intent.gateway !== storedValue) {
    await postTransfer(trx, {
      idempotencyKey: intent.intentId,
      debitAccount: receivableFrom(intent.gateway, intent.stationId),
      creditAccount: fuelSalesOf(intent.stationId),
      amountFen: Fen.parse(intent.amountFen),
      memo: `refuel ${intent.refuelId}`,
    })
  }
  const receiptNumber = await issueReceipt(trx, intent, now)
  await deleteJob(trx, intent.intentId)
  await settleFinally(trx, { ...toDecision(intent, now), ending: 'charged', receiptNumber })
}

/** Every refuel that told the sale hears its end; the intent's lock keeps a new one from slipping by. */
async function settleFinally(trx: Kysely<Database>, decision: Decision): Promise<void> {
  const { stationId, saleId, refuelId: firstRefuelId } = decision
  const waiting = await listWaiting(trx, { stationId, saleId, firstRefuelId })
  for (const refuelId of [firstRefuelId, ...waiting]) {
    await appendSettlement(trx, { ...decision, refuelId })
  }
}

/** Gives the job its next turn, or none when it was asked about often enough. */
async function askLater(trx: Kysely<Database>, answer: Answer): Promise<'pending' | 'stuck'> {
  if (answer.attempt === null) return 'pending'
  const waitMs = waitAfter(answer.attempt, answer.backoff)
  const state = answer.outcome.kind === 'absent' ? 'charge' : 'query'
  await rescheduleJob(trx, {
    intentId: answer.intentId,
    state: waitMs === null ? 'stuck' : state,
    nextAt: new Date(answer.now.getTime() + (waitMs ?? 0)),
  })
  return waitMs === null ? 'stuck' : 'pending'
}

function toDecision(intent: ChargeIntent, decidedAt: Date): Omit<Decision, 'ending'> {
  const { stationId, refuelId, saleId, amountFen, memberName, vehicleIds } = intent
  return {
    stationId,
    refuelId,
    saleId,
    amountFen,
    memberName,
    vehicleIds,
    reason: null,
    receiptNumber: null,
    decidedAt,
  }
}

function toColumns(outcome: ProviderAnswer) {
  const { kind } = outcome
  switch (kind) {
    case 'paid':
      return { kind, providerRef: outcome.providerRef, detail: null }
    case 'refused':
      return { kind, providerRef: null, detail: outcome.reason }
    case 'unknown':
      return { kind, providerRef: null, detail: outcome.detail }
    case 'absent':
      return { kind, providerRef: null, detail: null }
  }
}
