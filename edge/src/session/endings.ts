import {
  amountDeviationFen,
  amountToleranceFen,
  isUnmistakable,
  type Sale,
  toYuanText,
} from '@forecourt/contracts'
import {
  type Session,
  type SessionEffect,
  type SessionInput,
  type Step,
  sessionLimits,
} from './session.ts'

const stay = (session: Session): Step => ({ session, effects: [] })

/** The sale is journaled with this input, so the grace that follows can lose nothing. */
export function finish(session: Session, sale: Sale): Step {
  if (session.status === 'idle' || session.status === 'closing') return stay(session)
  if (session.saleIds.includes(sale.saleId)) return stay(session)
  const { visit } = session
  const closing = { status: 'closing', visit, sale, saleIds: session.saleIds } as const
  const step: SessionEffect = {
    type: 'step',
    code: 'hung_up',
    refuelId: visit.refuelId,
    detail: `${sale.volumeMl} ml, ¥${toYuanText(sale.amountFen)}`,
  }
  if (visit.identity.plates.length === 0) return { session: closing, effects: [step] }
  const emitted = emitSale(closing)
  return { session: emitted.session, effects: [step, ...emitted.effects] }
}

/** Emits the sale of a visit whose grace is over. */
export function emitSale({ visit, sale, saleIds }: Extract<Session, { status: 'closing' }>): Step {
  return {
    session: { status: 'idle', saleIds: remember(saleIds, sale.saleId) },
    effects: [
      {
        type: 'emit',
        fact: {
          type: 'refuel.completed.v1',
          fuellingPoint: sale.fuellingPoint,
          refuelId: visit.refuelId,
          sale,
          identity: visit.identity,
          authorisationId: visit.authorisationId,
          origin: 'witnessed',
          totaliserBeforeMl: visit.totaliserBeforeMl,
        },
      },
      { type: 'step', code: 'sale_stored', refuelId: visit.refuelId, detail: sale.saleId },
      ...mismatch(sale, visit.refuelId),
    ],
  }
}

/** A sale nobody saw begin: emitted without identity, and never into the visit now open. */
export function recover(
  session: Session,
  { refuelId, sale, totaliserBeforeMl }: Extract<SessionInput, { type: 'recovered' }>,
): Step {
  // A known id that may be another sale's is passed on: the store tells it as an alarm.
  if (session.saleIds.includes(sale.saleId) && isUnmistakable(sale)) return stay(session)
  // The visit's own sale, waiting for its plate, is found again: it is not a second one.
  if (session.status === 'closing' && session.sale.saleId === sale.saleId) return stay(session)
  return {
    session: { ...session, saleIds: remember(session.saleIds, sale.saleId) },
    effects: [
      {
        type: 'emit',
        fact: {
          type: 'refuel.completed.v1',
          fuellingPoint: sale.fuellingPoint,
          refuelId,
          sale,
          identity: { plates: [], vehicles: [] },
          authorisationId: null,
          origin: 'recovered',
          totaliserBeforeMl,
        },
      },
      { type: 'step', code: 'recovered', refuelId, detail: sale.saleId },
      ...mismatch(sale, refuelId),
    ],
  }
}

/** A visit that ends without fuel. One that has flowed waits for its sale instead. */
export function cancel(session: Session): Step {
  if (session.status === 'idle' || session.status === 'closing') return stay(session)
  const { visit } = session
  if (visit.flowed) return stay(session)
  const { refuelId, fuellingPoint, authorisationId } = visit
  const reason = cancelReason(session)
  const stop: readonly SessionEffect[] =
    session.status === 'authorised'
      ? [{ type: 'command', refuelId, command: { type: 'stop', fuellingPoint } }]
      : []
  return {
    session: { status: 'idle', saleIds: session.saleIds },
    effects: [
      {
        type: 'emit',
        fact: { type: 'refuel.cancelled.v1', refuelId, fuellingPoint, authorisationId, reason },
      },
      ...stop,
      { type: 'step', code: 'cancelled', refuelId, detail: reason },
    ],
  }
}

function cancelReason(session: Exclude<Session, { status: 'idle' }>) {
  if (session.visit.stoppedByOperator) return 'operator'
  if (session.status === 'authorised') return 'walk_away'
  return session.status === 'denied' ? 'refused' : 'no_fuel'
}

/** The alarm is the record of such litres; the sale itself, found later, is `recovered`. */
export function giveUp(session: Session, detail: string): Step {
  if (session.status === 'idle' || session.status === 'closing') return stay(session)
  const { refuelId, fuellingPoint } = session.visit
  return {
    session: { status: 'idle', saleIds: session.saleIds },
    effects: alarm({ alarm: 'sale_unreadable', fuellingPoint, detail }, refuelId),
  }
}

function mismatch(sale: Sale, refuelId: string): readonly SessionEffect[] {
  const deviation = amountDeviationFen(sale)
  if (deviation <= amountToleranceFen(sale.unitPriceFenPerLitre)) return []
  const { fuellingPoint, volumeMl, unitPriceFenPerLitre, amountFen } = sale
  const detail = `${volumeMl} ml at ${unitPriceFenPerLitre} fen/l is not ${amountFen} fen (off by ${deviation})`
  return alarm({ alarm: 'amount_mismatch', fuellingPoint, detail }, refuelId)
}

/** Something a person must look at. */
export function alarm(
  seen: {
    readonly alarm: 'amount_mismatch' | 'totaliser_gap' | 'pump_lost' | 'sale_unreadable'
    readonly fuellingPoint: number
    readonly detail: string
  },
  refuelId: string | null,
): readonly SessionEffect[] {
  const { alarm: name, fuellingPoint } = seen
  const detail = seen.detail.slice(0, 500)
  return [
    {
      type: 'emit',
      fact: { type: 'alarm.raised.v1', alarm: name, fuellingPoint, refuelId, detail },
    },
    { type: 'step', code: 'alarm', refuelId, detail: `${name}: ${detail}`.slice(0, 200) },
  ]
}

function remember(saleIds: readonly string[], saleId: string): readonly string[] {
  return [...saleIds, saleId].slice(-sessionLimits.saleIdsMax)
}
