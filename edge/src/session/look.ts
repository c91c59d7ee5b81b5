import type { FuellingPointReading } from '@forecourt/contracts'
import { type Observed, observedLimits, type Point } from './observed.ts'
import { visitOf } from './reduce.ts'
import type { Session, SessionInput, Visit } from './session.ts'

/** One more reading of a fuelling point, and what was known before it. */
export type Look = {
  readonly point: Point
  /** The session before this reading, as `reduce` left it. */
  readonly session: Session
  readonly observed: Observed
  readonly reading: FuellingPointReading
  readonly at: string
  /** Mints the id of a visit that this reading opens. */
  readonly nextRefuelId: () => string
}

/** What a reading means, and what is known after it. */
export type Found = { readonly inputs: readonly SessionInput[]; readonly observed: Observed }

/** A visit that can still end in a sale; one that is closing has its own. */
export function openVisit(session: Session): Visit | null {
  return session.status === 'closing' ? null : visitOf(session)
}

/** Nobody looked for so long, before any fuel moved, that another car may stand there by now. */
export function isStale({ observed, at }: Look, visit: Visit): boolean {
  const unwatchedMs = Date.parse(at) - Date.parse(observed.at)
  return !visit.flowed && unwatchedMs > observedLimits.unwatchedMaxMs
}

export function isFlowing({ state }: FuellingPointReading): boolean {
  return state === 'fuelling' || state === 'suspended_fuelling'
}

/** States in which a lifted nozzle belongs to a visit that is still to sell. */
export function canDeliver({ state }: FuellingPointReading): boolean {
  return (
    state === 'calling' || state === 'authorised' || state === 'started' || state === 'fuelling'
  )
}
