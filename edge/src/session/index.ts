/** The visit at a fuelling point: what a reading means (`diff`) and what follows (`reduce`). */
export { diff, firstSeen, type Observed, type Point } from './diff.ts'
export { createFuellingPoint, type FuellingPoint, type PointState } from './fuelling-point.ts'
export { reduce, replay, visitOf } from './reduce.ts'
export {
  idle,
  type Question,
  type Session,
  type SessionEffect,
  type SessionInput,
  sessionLimits,
  type Visit,
} from './session.ts'
export { withoutSpokenFor } from './spoken-for.ts'
