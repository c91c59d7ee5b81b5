import type { Receipt, RefuelCompleted } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import { closeAuthorisation } from '../authorisations/index.ts'
import type { Database } from '../db/schema.ts'
import { insertIntent, intentIdOf, lockIntent } from '../payments/index.ts'
import { isAmountOff } from '../risk/index.ts'
import { appendSettlement, listNewest } from '../settlements/index.ts'
import type { CheckedEvent, Misfit } from './check-event.ts'
import { type DecisionSettings, decideRefuel, type RefuelDecision } from './decide-refuel.ts'
import {
  countQuarantine,
  findEvent,
  findSaleStanding,
  insertEvent,
  insertQuarantine,
  insertSale,
  noteSequence,
  type SaleStanding,
} from './events.repo.ts'

/** Misfits a station may have in quarantine. Beyond it they get no receipt, so the gateway keeps them. */
export const quarantineMax = 10_000

/** Things worth counting and logging, known only after the database transaction has committed. */
export type IngestNote =
  | 'committed'
  | 'duplicate'
  | 'quarantined'
  | 'quarantine_full'
  | 'seq_gap'
  | 'seq_out_of_order'
  | 'amount_mismatch'
  | 'sale_conflict'
  | 'sale_told_again'
  | 'charge_due'
  | 'settled'
  | 'alarm_raised'

type Accepting = {
  readonly trx: Kysely<Database>
  readonly stationId: string
  readonly settings: DecisionSettings
  readonly now: Date
  readonly note: (note: IngestNote) => void
}

type Accepted = Extract<CheckedEvent, { kind: 'event' }>

/**
 * Takes one event with all that follows from it into the caller's database transaction.
 *
 * @returns The receipt to give after the commit; null when none can be given.
 */
export async function acceptEvent(at: Accepting, checked: CheckedEvent): Promise<Receipt | null> {
  if (checked.kind === 'misfit') return await setAside(at, checked)
  const known = await findEvent(at.trx, checked)
  const { eventId } = checked.event
  switch (known) {
    case 'known':
      at.note('duplicate')
      return { eventId, status: 'duplicate', reason: null }
    case 'other':
      return await setAside(
        at,
        toMisfit(checked, 'event_conflict', 'eventId: taken by another event'),
      )
    case 'new':
      return await acceptNew(at, checked)
  }
}

async function acceptNew(at: Accepting, checked: Accepted): Promise<Receipt | null> {
  const { event } = checked
  const isCompleted = event.type === 'refuel.completed.v1'
  const standing = isCompleted ? await findSaleStanding(at.trx, event) : null
  if (isCompleted && standing?.kind === 'conflict') {
    return await refuseConflict(at, checked, event, standing)
  }
  await insertEvent(at.trx, checked, at.now)
  const order = await noteSequence(at.trx, event)
  if (order !== 'in_order') at.note(`seq_${order}`)
  switch (event.type) {
    case 'refuel.completed.v1':
      if (standing?.kind === 'same') await repeatSettlement(at, event, standing.firstRefuelId)
      else await acceptSale(at, event)
      break
    case 'refuel.cancelled.v1':
      await closeAuthorisation(at.trx, { ...event, by: 'cancelled', now: at.now })
      break
    case 'alarm.raised.v1':
      at.note('alarm_raised')
      break
    case 'refuel.started.v1':
      break
  }
  at.note('committed')
  return { eventId: event.eventId, status: 'committed', reason: null }
}

async function acceptSale(at: Accepting, event: RefuelCompleted): Promise<void> {
  const decision = await decideRefuel(at.trx, event, at.settings, at.now)
  const { member } = decision
  await insertSale(
    at.trx,
    event,
    { memberId: member?.memberId ?? null, vehicleId: member?.vehicleId ?? null },
    at.now,
  )
  if (isAmountOff(event.sale)) at.note('amount_mismatch')
  await follow(at, event, decision)
  await closeAuthorisation(at.trx, {
    stationId: event.stationId,
    refuelId: event.refuelId,
    by: 'completed',
    now: at.now,
  })
}

async function follow(
  at: Accepting,
  event: RefuelCompleted,
  { outcome }: RefuelDecision,
): Promise<void> {
  switch (outcome.kind) {
    case 'charge':
      await insertIntent(at.trx, outcome.intent, at.now)
      at.note('charge_due')
      return
    case 'settle':
      await appendSettlement(at.trx, {
        ...toTerms(event, at.now),
        ending: outcome.ending,
        reason: outcome.reason,
        memberName: outcome.memberName,
        vehicleIds: outcome.vehicleIds,
      })
      at.note('settled')
      return
  }
}

/**
 * The same sale in other words: kept for a person, never charged. When another refuel tells it,
 * that refuel is settled as payable; the first one's settlement stays as it is.
 */
async function refuseConflict(
  at: Accepting,
  checked: Accepted,
  event: RefuelCompleted,
  standing: Exclude<SaleStanding, { kind: 'new' }>,
): Promise<Receipt | null> {
  const misfit = toMisfit(checked, 'sale_conflict', standing.detail)
  const kept = await keep(at, misfit)
  if (kept === 'full') return null
  if (kept === 'kept') at.note('sale_conflict')
  if (kept === 'kept' && standing.firstRefuelId !== event.refuelId) {
    await appendSettlement(at.trx, {
      ...toTerms(event, at.now),
      ending: 'payable',
      reason: 'sale_conflict',
    })
    at.note('settled')
  }
  return toRejection(misfit)
}

/** A gateway that lost its store tells an old sale as a new refuel: it hears what became of the sale. */
async function repeatSettlement(
  at: Accepting,
  event: RefuelCompleted,
  firstRefuelId: string,
): Promise<void> {
  at.note('sale_told_again')
  if (firstRefuelId === event.refuelId) return
  // While it is locked nobody records a charge: either we read its end here, or it finds us waiting.
  await lockIntent(at.trx, intentIdOf({ stationId: event.stationId, saleId: event.sale.saleId }))
  const first = (await listNewest(at.trx, [firstRefuelId])).get(firstRefuelId)
  const { ending, reason, receiptNumber, memberName, vehicleIds } = first ?? {
    ending: 'pending' as const,
    reason: null,
    receiptNumber: null,
    memberName: null,
    vehicleIds: [],
  }
  await appendSettlement(at.trx, {
    ...toTerms(event, at.now),
    ending,
    reason,
    receiptNumber,
    memberName,
    vehicleIds,
  })
  at.note('settled')
}

async function setAside(at: Accepting, misfit: Misfit): Promise<Receipt | null> {
  const kept = await keep(at, misfit)
  return kept === 'full' ? null : toRejection(misfit)
}

async function keep(at: Accepting, misfit: Misfit): Promise<'kept' | 'already_kept' | 'full'> {
  if ((await countQuarantine(at.trx, at.stationId, quarantineMax)) >= quarantineMax) {
    at.note('quarantine_full')
    return 'full'
  }
  const kept = await insertQuarantine(at.trx, at.stationId, misfit, at.now)
  if (kept === 'kept') at.note('quarantined')
  return kept
}

function toRejection({ eventId, reason, detail }: Misfit): Receipt | null {
  if (eventId === null) return null
  return { eventId, status: 'rejected', reason: `${reason}: ${detail}`.slice(0, 500) }
}

export function toMisfit(checked: Accepted, reason: Misfit['reason'], detail: string): Misfit {
  const { eventId } = checked.event
  return { kind: 'misfit', eventId, reason, detail, raw: checked.raw, digest: checked.digest }
}

function toTerms(event: RefuelCompleted, decidedAt: Date) {
  return {
    stationId: event.stationId,
    refuelId: event.refuelId,
    saleId: event.sale.saleId,
    amountFen: event.sale.amountFen,
    reason: null,
    receiptNumber: null,
    memberName: null,
    vehicleIds: [],
    decidedAt,
  }
}
