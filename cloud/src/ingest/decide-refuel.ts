import type { Ending, EndingReason, RefuelCompleted } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import { findAuthorisation } from '../authorisations/index.ts'
import { dayStartOf } from '../db/calendar.ts'
import type { Database } from '../db/schema.ts'
import {
  connectedVehiclesOf,
  type Identified,
  identify,
  lockMember,
  type Member,
  maskName,
  readMember,
  toSpender,
  type Vehicle,
} from '../members/index.ts'
import { type ChargeIntent, intentIdOf, sumChargesSince } from '../payments/index.ts'
import { assess, isAmountOff, type RiskLimits } from '../risk/index.ts'

/** What becomes of a sale: somebody is charged, or it is settled as it stands. */
export type RefuelDecision = {
  readonly member: { readonly memberId: string; readonly vehicleId: string | null } | null
  readonly outcome:
    | { readonly kind: 'charge'; readonly intent: ChargeIntent }
    | {
        readonly kind: 'settle'
        readonly ending: Ending
        readonly reason: EndingReason | null
        readonly memberName: string | null
        readonly vehicleIds: readonly string[]
      }
}

export type DecisionSettings = {
  readonly limits: RiskLimits
  readonly acceptConfidence: number
  /** Names of the gateways that are configured. */
  readonly gateways: ReadonlySet<string>
}

/**
 * Reads who was there and what may be charged; writes nothing. The member stays locked until the
 * caller's database transaction ends, so that two stations at once never pass the cap of a day.
 */
export async function decideRefuel(
  trx: Kysely<Database>,
  event: RefuelCompleted,
  settings: DecisionSettings,
  now: Date,
): Promise<RefuelDecision> {
  const { sale } = event
  // Nobody saw who was there, so nobody is charged without a person's word.
  if (event.origin === 'recovered') return settle('recovered', 'recovered_sale')
  if (sale.amountFen === 0 && !isAmountOff(sale)) return settle('cancelled', null)
  const who = await whose(trx, event, settings)
  if (who.kind === 'nobody') return settle('payable', who.reason)
  const { member, vehicle } = who
  await lockMember(trx, member.memberId)
  const spentTodayFen = await sumChargesSince(trx, member.memberId, dayStartOf(now))
  const spender = toSpender(member, vehicle, spentTodayFen, settings.gateways)
  const reason = assess(sale, spender, settings.limits) ?? overLimit(sale.amountFen, who.limitFen)
  return toDecision(event, who, reason)
}

function overLimit(amountFen: number, limitFen: number | null): EndingReason | null {
  return limitFen !== null && amountFen > limitFen ? 'risk_limit' : null
}

function settle(ending: Ending, reason: EndingReason | null): RefuelDecision {
  return {
    member: null,
    outcome: { kind: 'settle', ending, reason, memberName: null, vehicleIds: [] },
  }
}

function toDecision(
  event: RefuelCompleted,
  { member, vehicle }: Extract<Whose, { kind: 'member' }>,
  reason: EndingReason | null,
): RefuelDecision {
  const { sale } = event
  const method = member.paymentMethod
  const matched = { memberId: member.memberId, vehicleId: vehicle?.vehicleId ?? null }
  const memberName = maskName(member.displayName)
  const vehicleIds = connectedVehiclesOf(member, vehicle, event.identity)
  if (reason !== null || method === null) {
    const why = reason ?? 'no_payment_method'
    const outcome = {
      kind: 'settle',
      ending: 'payable',
      reason: why,
      memberName,
      vehicleIds,
    } as const
    return { member: matched, outcome }
  }
  const intent: ChargeIntent = {
    intentId: intentIdOf({ stationId: event.stationId, saleId: sale.saleId }),
    stationId: event.stationId,
    saleId: sale.saleId,
    refuelId: event.refuelId,
    memberId: member.memberId,
    memberName,
    vehicleIds,
    gateway: method.kind,
    contractId: method.kind === 'sandbox' ? method.contractId : null,
    amountFen: sale.amountFen,
    fuellingPoint: sale.fuellingPoint,
    grade: sale.grade,
    volumeMl: sale.volumeMl,
    unitPriceFenPerLitre: sale.unitPriceFenPerLitre,
    endedAt: new Date(sale.endedAt),
  }
  return { member: matched, outcome: { kind: 'charge', intent } }
}

type Whose =
  | {
      readonly kind: 'member'
      readonly member: Member
      readonly vehicle: Vehicle | null
      /** What the authorisation allowed; null for postpay. */
      readonly limitFen: number | null
    }
  | Extract<Identified, { kind: 'nobody' }>

/**
 * Under an authorisation the member it was given to pays, unless what was seen since contradicts
 * it: that member was identified at the lift, and a flap shut meanwhile takes nothing back.
 */
async function whose(
  trx: Kysely<Database>,
  event: RefuelCompleted,
  settings: DecisionSettings,
): Promise<Whose> {
  const { authorisationId, stationId, refuelId } = event
  const seen = { identity: event.identity, volumeMl: event.sale.volumeMl }
  const identified = await identify(trx, seen, settings.acceptConfidence)
  const authorisation =
    authorisationId === null
      ? null
      : await findAuthorisation(trx, { authorisationId, stationId, refuelId })
  if (authorisation === null) {
    return identified.kind === 'nobody' ? identified : { ...identified, limitFen: null }
  }
  const { limitFen, memberId } = authorisation
  if (identified.kind === 'member') {
    const isSame = identified.member.memberId === memberId
    return isSame ? { ...identified, limitFen } : { kind: 'nobody', reason: 'match_ambiguous' }
  }
  if (identified.reason === 'match_ambiguous' || identified.reason === 'plate_unknown') {
    return { kind: 'nobody', reason: 'match_ambiguous' }
  }
  return { kind: 'member', member: await readMember(trx, memberId), vehicle: null, limitFen }
}
