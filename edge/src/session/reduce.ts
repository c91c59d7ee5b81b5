import { allow, ask, deny, shouldAsk } from './authorise.ts'
import { alarm, cancel, emitSale, finish, giveUp, recover } from './endings.ts'
import type { Session, SessionEffect, SessionInput, Step, Visit } from './session.ts'

type Input<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>

/**
 * Advances one fuelling point by one input. Pure: no clock, no id, no I/O.
 *
 * An input that makes no sense where the visit stands (an answer to an old question, a sale
 * emitted before) leaves the session as it was: devices repeat themselves, and that is no fault.
 */
export function reduce(session: Session, input: SessionInput): Step {
  switch (input.type) {
    case 'lifted':
      return lift(session, input)
    case 'plates_seen':
      return seePlates(session, input)
    case 'vehicles_seen':
      return seeVehicles(session, input)
    case 'ask_due':
      return askNow(session)
    case 'authorisation_answered':
      return answer(session, input)
    case 'authorisation_failed':
      return deny(session, input.refuelId, input.reason)
    case 'operator_released':
      return releaseByHand(session)
    case 'operator_stopped':
      return stopByHand(session)
    case 'flow_started':
      return startFlow(session)
    case 'sale_finished':
      return finish(session, input.sale)
    case 'grace_over':
      return endGrace(session)
    case 'hung_up_empty':
      return cancel(session)
    case 'sale_missing':
      return giveUp(session, input.detail)
    case 'recovered':
      return recover(session, input)
    case 'fault_seen':
      return { session, effects: alarm(input, visitOf(session)?.refuelId ?? null) }
    case 'restarted':
      return resume(session)
  }
}

const stay = (session: Session): Step => ({ session, effects: [] })

/** The visit a session holds, if any. */
export function visitOf(session: Session): Visit | null {
  return session.status === 'idle' ? null : session.visit
}

/** Replays journaled inputs. Effects are not repeated: the journal says they were stored. */
export function replay(session: Session, inputs: readonly SessionInput[]): Session {
  return inputs.reduce((state, input) => reduce(state, input).session, session)
}

function askNow(session: Session): Step {
  if (session.status !== 'calling' || session.visit.releaseMode === 'postpay') return stay(session)
  return ask(session, session.visit)
}

/**
 * A sale in its grace is emitted at once: the car may be gone from the camera by now. An answer
 * under way is lost and asked for again; the cloud knows the question by its refuel.
 */
function resume(session: Session): Step {
  if (session.status === 'closing') return emitSale(session)
  return session.status === 'authorising' ? ask(session, session.visit) : stay(session)
}

function answer(session: Session, input: Input<'authorisation_answered'>): Step {
  // Only a question under way has an answer; what an operator did meanwhile stands.
  if (session.status !== 'authorising') return stay(session)
  if (input.decision === 'allowed') return allow(session, input)
  return deny(session, input.refuelId, input.reason ?? 'denied')
}

function releaseByHand(session: Session): Step {
  const visit = visitOf(session)
  if (visit === null) return stay(session)
  return allow(session, { refuelId: visit.refuelId, authorisationId: null, limitFen: null })
}

function stopByHand(session: Session): Step {
  if (session.status === 'idle' || session.status === 'closing') return stay(session)
  return stay({ ...session, visit: { ...session.visit, stoppedByOperator: true } })
}

function endGrace(session: Session): Step {
  return session.status === 'closing' ? emitSale(session) : stay(session)
}

function lift(session: Session, input: Input<'lifted'>): Step {
  if (session.status !== 'idle') {
    if (session.status !== 'closing') return stay(session)
    const closed = emitSale(session)
    const next = lift(closed.session, input)
    return { session: next.session, effects: [...closed.effects, ...next.effects] }
  }
  const { type: _, at, ...lifted } = input
  const visit: Visit = {
    ...lifted,
    startedAt: at,
    identity: { plates: [], vehicles: [] },
    authorisationId: null,
    limitFen: null,
    asks: 0,
    askedPlate: null,
    flowed: false,
    stoppedByOperator: false,
  }
  const { refuelId, fuellingPoint, nozzle, grade, releaseMode } = visit
  return {
    session: { status: 'calling', visit, saleIds: session.saleIds },
    effects: [
      {
        type: 'emit',
        fact: { type: 'refuel.started.v1', refuelId, fuellingPoint, nozzle, grade, releaseMode },
      },
      { type: 'step', code: 'lifted', refuelId, detail: `nozzle ${nozzle}, ${grade}` },
    ],
  }
}

function seePlates(session: Session, input: Input<'plates_seen'>): Step {
  if (session.status === 'idle') return stay(session)
  const plates = input.plates.slice(0, 3)
  const best = plates[0]
  if (!best) return stay(session)
  const visit = { ...session.visit, identity: { ...session.visit.identity, plates } }
  const step: SessionEffect = {
    type: 'step',
    code: 'plate_read',
    refuelId: visit.refuelId,
    detail: `${best.plate} ${Math.floor(best.confidence * 100)} %, ${best.frames} frames`,
  }
  const seen: Session = { ...session, visit }
  const next =
    seen.status === 'closing' ? emitSale(seen) : shouldAsk(seen) ? ask(seen, visit) : stay(seen)
  return { session: next.session, effects: [step, ...next.effects] }
}

function seeVehicles(session: Session, input: Input<'vehicles_seen'>): Step {
  if (session.status === 'idle') return stay(session)
  const vehicles = input.vehicles.slice(0, 8)
  const before = session.visit.identity.vehicles.filter((vehicle) => vehicle.onSite)
  const known = new Set(before.map((vehicle) => vehicle.vehicleId))
  const { refuelId } = session.visit
  return {
    session: {
      ...session,
      visit: { ...session.visit, identity: { ...session.visit.identity, vehicles } },
    },
    effects: vehicles
      .filter((vehicle) => vehicle.onSite && !known.has(vehicle.vehicleId))
      .map(({ vehicleId }) => ({
        type: 'step',
        code: 'vehicle_seen',
        refuelId,
        detail: vehicleId,
      })),
  }
}

function startFlow(session: Session): Step {
  if (session.status === 'idle' || session.status === 'closing' || session.visit.flowed) {
    return stay(session)
  }
  const visit = { ...session.visit, flowed: true }
  return {
    session: { status: 'fuelling', visit, saleIds: session.saleIds },
    effects: [{ type: 'step', code: 'fuelling', refuelId: visit.refuelId, detail: '' }],
  }
}
