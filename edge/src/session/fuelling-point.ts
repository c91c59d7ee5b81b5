import type {
  AuthorisationAnswer,
  FuellingPointReading,
  LastRefuel,
  PumpCommand,
  SessionStep,
  Settlement,
  StationEvent,
  VehicleEvidence,
} from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Store } from '../store/index.ts'
import { type Actor, act } from './act.ts'
import { decide, toChange } from './decide.ts'
import { diff, firstSeen, type Observed, type Point } from './diff.ts'
import { withSettlement } from './last-refuel.ts'
import { replay, visitOf } from './reduce.ts'
import { createReleases } from './releases.ts'
import { idle, type Question, type Session, type SessionInput } from './session.ts'
import { createVisitTimer } from './visit-timer.ts'
import { createVisitWatch, type WatchPlates } from './visit-watch.ts'

export type FuellingPointDeps = {
  readonly point: Point
  readonly store: Store
  /** `recover` after a damaged store: a sale the pump still shows may never have been sent. */
  readonly firstSale: 'adopt' | 'recover'
  readonly nextRefuelId: () => string
  readonly now: () => Date
  readonly log: Logger
  readonly command: (command: PumpCommand) => Promise<void>
  readonly ask: (question: Question) => Promise<AuthorisationAnswer>
  /** Starts watching the camera; null where there is none. */
  readonly watchPlates: WatchPlates | null
  readonly evidenceSince: (since: Date) => readonly VehicleEvidence[]
  readonly onStep: (step: SessionStep) => void
  readonly onEvents: (events: readonly StationEvent[]) => void
  readonly onChange: () => void
  /** The store failed in a way no retry mends; the process must end. */
  readonly onFatal: (error: unknown) => void
}

export type PointState = {
  readonly session: Session
  readonly reading: FuellingPointReading | null
  readonly lastRefuel: LastRefuel | null
}

export type FuellingPoint = {
  observe(reading: FuellingPointReading, at: string): void
  lost(detail: string): void
  /** `released`: an operator lets a waiting visit deliver; `stopped`: he ended it. */
  operator(did: 'released' | 'stopped'): void
  /** Shows a settlement when this pump still shows its refuel. */
  settle(settlement: Settlement): LastRefuel | null
  state(): PointState
  close(): void
}

/**
 * The shell around one fuelling point's session: decides by `diff` and `reduce`, stores, and
 * only then acts. Nothing is done that a restart would not know of.
 */
export function createFuellingPoint(deps: FuellingPointDeps): FuellingPoint {
  const { point, store, now } = deps
  const { fuellingPoint } = point
  const recalled = store.recall(fuellingPoint)
  let session = replay({ ...idle, saleIds: recalled.saleIds }, recalled.inputs)
  let { observed, lastRefuel } = recalled
  let reading: FuellingPointReading | null = null
  let restarted: readonly SessionInput[] = session.status === 'idle' ? [] : [{ type: 'restarted' }]
  let isClosed = false
  const vehicles = () => seeVehicles(session, deps.evidenceSince)
  const timer = createVisitTimer({
    hasCamera: deps.watchPlates !== null,
    fire: (input) => apply([...vehicles(), input]),
  })
  const watch = createVisitWatch({
    watchPlates: deps.watchPlates,
    onVotes: (plates) => apply([...vehicles(), { type: 'plates_seen', plates }]),
  })
  const releases = createReleases(deps)
  const actor: Actor = { ...deps, releases, apply: (input: SessionInput) => apply([input]) }

  function apply(inputs: readonly SessionInput[]): void {
    if (isClosed) return
    const decided = decide(session, inputs)
    session = decided.session
    if (decided.lastRefuel) lastRefuel = decided.lastRefuel
    const change = {
      ...toChange(decided, inputs),
      fuellingPoint,
      observed,
      at: now().toISOString(),
    }
    store.commit(change).then((events) => {
      if (!isClosed) act(actor, decided.effects, events)
    }, deps.onFatal)
    timer.follow(session)
    watch.follow(visitOf(session)?.refuelId ?? null)
    deps.onChange()
  }

  // A finished sale waits for no pump; everything else waits for the first reading to be true still.
  if (session.status === 'closing') {
    apply(restarted)
    restarted = []
  }

  return {
    observe(next, at) {
      reading = next
      deps.onChange()
      // A reading that is skipped is told by the next one, but for the sales between the two: so
      // a full disk is waited for with what is decided kept in memory, as long as that goes.
      if (!store.takesMore()) return
      const before = observed ?? firstSeen(next, at, deps.firstSale)
      const { nextRefuelId } = deps
      const found = diff({ point, session, observed: before, reading: next, at, nextRefuelId })
      const isNews = observed === null || isWorthStoring(before, found.observed)
      observed = found.observed
      const inputs = [...withVehicles(found.inputs, vehicles), ...restarted]
      restarted = []
      if (inputs.length > 0 || isNews) apply(inputs)
      releases.again(session, next)
    },
    lost: (detail) => apply([{ type: 'fault_seen', alarm: 'pump_lost', fuellingPoint, detail }]),
    operator: (did) =>
      apply([{ type: did === 'released' ? 'operator_released' : 'operator_stopped' }]),
    settle(settlement) {
      if (lastRefuel?.refuelId !== settlement.refuelId) return null
      lastRefuel = withSettlement(lastRefuel, settlement)
      deps.onStep(toStep(settlement, fuellingPoint, now()))
      deps.onChange()
      return lastRefuel
    },
    state: () => ({ session, reading, lastRefuel }),
    close() {
      isClosed = true
      timer.close()
      watch.close()
    },
  }
}

/** What the cars say is taken right before the sale, so that both are stored together. */
function withVehicles(
  inputs: readonly SessionInput[],
  vehicles: () => readonly SessionInput[],
): readonly SessionInput[] {
  return inputs.flatMap((input) =>
    input.type === 'sale_finished' ? [...vehicles(), input] : [input],
  )
}

function toStep(settlement: Settlement, fuellingPoint: number, now: Date): SessionStep {
  const { refuelId, ending, reason } = settlement
  const detail = reason ? `${ending}: ${reason}` : ending
  return { at: now.toISOString(), fuellingPoint, refuelId, code: 'settled', detail }
}

function seeVehicles(
  session: Session,
  evidenceSince: FuellingPointDeps['evidenceSince'],
): readonly SessionInput[] {
  const visit = visitOf(session)
  if (visit === null) return []
  const vehicles = evidenceSince(new Date(visit.startedAt))
  return vehicles.length > 0 ? [{ type: 'vehicles_seen', vehicles }] : []
}

/** Running figures are not stored at every poll: flash wears out. What identifies sales is. */
function isWorthStoring(before: Observed, after: Observed): boolean {
  return (
    before.lastSale !== after.lastSale ||
    before.totalsMl !== after.totalsMl ||
    before.spentNozzle !== after.spentNozzle
  )
}
