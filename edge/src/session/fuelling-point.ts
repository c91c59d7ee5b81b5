import type {
  AuthorisationAnswer,
  FuellingPointReading,
  LastRefuel,
  PlateVote,
  PumpCommand,
  SessionStep,
  Settlement,
  StationEvent,
  VehicleEvidence,
} from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Store } from '../store/index.ts'
import { diff, firstSeen, type Observed, type Point } from './diff.ts'
import { toLastRefuel, withSettlement } from './last-refuel.ts'
import { reduce, replay, visitOf } from './reduce.ts'
import {
  idle,
  type Question,
  type Session,
  type SessionEffect,
  type SessionInput,
} from './session.ts'

export const visitLimits = {
  /** How long a finished sale waits for a plate nobody has read yet. */
  hangUpGraceMs: 1_500,
  /** When the cloud is asked for a release even if the cameras have not agreed. */
  askAfterMs: 4_000,
  /** A release the pump has not acted on is given again, so often and so far apart. */
  releaseTriesMax: 5,
  releaseEveryMs: 2_000,
} as const

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
  readonly watchPlates: ((onVotes: (plates: readonly PlateVote[]) => void) => () => void) | null
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
  let observed = recalled.observed
  let lastRefuel = recalled.lastRefuel
  let reading: FuellingPointReading | null = null
  let timer: { readonly purpose: SessionInput['type']; readonly handle: NodeJS.Timeout } | null =
    null
  let watching: { readonly refuelId: string; readonly stop: () => void } | null = null
  let release = { tries: 0, atMs: 0, refuelId: '' }
  let isClosed = false

  function apply(inputs: readonly SessionInput[], next: Observed | null = null): void {
    if (isClosed) return
    const effects: SessionEffect[] = []
    for (const input of inputs) {
      const step = reduce(session, input)
      session = step.session
      effects.push(...step.effects)
    }
    const facts = effects.flatMap((effect) => (effect.type === 'emit' ? [effect.fact] : []))
    const sold = facts.findLast((fact) => fact.type === 'refuel.completed.v1')
    if (sold) lastRefuel = toLastRefuel(sold)
    const isIdle = session.status === 'idle'
    const change = {
      fuellingPoint,
      at: now().toISOString(),
      inputs: isIdle ? [] : inputs,
      facts,
      observed: next ?? observed,
      journal: isIdle ? 'clear' : 'keep',
      lastRefuel: sold ? lastRefuel : null,
    } as const
    store.commit(change).then((events) => act(effects, events), deps.onFatal)
    setTimers()
    setWatch()
    deps.onChange()
  }

  function act(effects: readonly SessionEffect[], events: readonly StationEvent[]): void {
    if (isClosed) return
    if (events.length > 0) deps.onEvents(events)
    for (const effect of effects) {
      switch (effect.type) {
        case 'emit':
          break
        case 'step': {
          const { type: _, ...step } = effect
          deps.onStep({ ...step, at: now().toISOString(), fuellingPoint })
          break
        }
        case 'command':
          void command(effect.command)
          break
        case 'ask_cloud':
          void askCloud(effect.question)
          break
      }
    }
    deps.onChange()
  }

  async function command(pumpCommand: PumpCommand): Promise<void> {
    const refuelId = visitOf(session)?.refuelId ?? ''
    const tries = release.refuelId === refuelId ? release.tries + 1 : 1
    if (pumpCommand.type === 'authorise') release = { tries, atMs: now().getTime(), refuelId }
    try {
      await deps.command(pumpCommand)
    } catch (error) {
      // A release is given again while the pump still calls; the rest shows in the next reading.
      deps.log.warn({ err: error, command: pumpCommand.type }, 'pump command failed')
    }
  }

  async function askCloud(question: Question): Promise<void> {
    const { refuelId } = question
    try {
      const { decision, reason, authorisationId, limitFen } = await deps.ask(question)
      apply([
        { type: 'authorisation_answered', refuelId, decision, reason, authorisationId, limitFen },
      ])
    } catch (error) {
      // The pump stays locked; the driver pays inside or an operator releases it.
      deps.log.warn({ err: error }, 'authorisation failed')
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
      apply([{ type: 'authorisation_failed', refuelId, reason }])
    }
  }

  function setTimers(): void {
    const due = dueInput(session)
    if (timer?.purpose === due?.purpose) return
    clearTimeout(timer?.handle)
    timer = due && {
      purpose: due.purpose,
      handle: setTimeout(
        () => {
          timer = null
          apply([...vehiclesSeen(), { type: due.purpose }])
        },
        deps.watchPlates === null ? 0 : due.afterMs,
      ),
    }
  }

  function setWatch(): void {
    const refuelId = visitOf(session)?.refuelId ?? null
    if (watching?.refuelId === refuelId) return
    watching?.stop()
    watching = null
    if (refuelId === null || deps.watchPlates === null) return
    const stop = deps.watchPlates((plates) => {
      if (visitOf(session)?.refuelId !== refuelId) return
      apply([...vehiclesSeen(), { type: 'plates_seen', plates }])
    })
    watching = { refuelId, stop }
  }

  function vehiclesSeen(): readonly SessionInput[] {
    const visit = visitOf(session)
    if (visit === null) return []
    const vehicles = deps.evidenceSince(new Date(visit.startedAt))
    return vehicles.length > 0 ? [{ type: 'vehicles_seen', vehicles }] : []
  }

  /** A pump that still calls has not heard its release, or lost power after it. */
  function releaseAgain(): void {
    if (session.status !== 'authorised' || reading?.state !== 'calling') return
    const { visit } = session
    const isSame = release.refuelId === visit.refuelId
    if (isSame && release.tries >= visitLimits.releaseTriesMax) return
    if (isSame && now().getTime() - release.atMs < visitLimits.releaseEveryMs) return
    const preset =
      visit.limitFen === null ? null : { by: 'amount' as const, amountFen: visit.limitFen }
    void command({ type: 'authorise', fuellingPoint, preset })
  }

  let isRestart = recalled.inputs.length > 0
  return {
    observe(next, at) {
      reading = next
      deps.onChange()
      // While the disk takes nothing, readings are skipped: the next one tells the same.
      if (!store.isWritable()) return
      const before = observed ?? firstSeen(next, at, deps.firstSale)
      const { nextRefuelId } = deps
      const found = diff({ point, session, observed: before, reading: next, at, nextRefuelId })
      const isNew = observed === null || isWorthStoring(observed, found.observed)
      observed = found.observed
      const restarted: readonly SessionInput[] = isRestart ? [{ type: 'restarted' }] : []
      isRestart = false
      const inputs = [...restarted, ...withVehicles(found.inputs, vehiclesSeen)]
      if (inputs.length > 0 || isNew) apply(inputs, observed)
      releaseAgain()
    },
    lost: (detail) => apply([{ type: 'fault_seen', alarm: 'pump_lost', fuellingPoint, detail }]),
    operator: (did) =>
      apply([{ type: did === 'released' ? 'operator_released' : 'operator_stopped' }]),
    settle(settlement) {
      if (lastRefuel?.refuelId !== settlement.refuelId) return null
      lastRefuel = withSettlement(lastRefuel, settlement)
      const { refuelId, ending, reason } = settlement
      const detail = reason ? `${ending}: ${reason}` : ending
      deps.onStep({ at: now().toISOString(), fuellingPoint, refuelId, code: 'settled', detail })
      deps.onChange()
      return lastRefuel
    },
    state: () => ({ session, reading, lastRefuel }),
    close() {
      isClosed = true
      clearTimeout(timer?.handle)
      watching?.stop()
    },
  }
}

/** The timer a session needs: the end of a sale's grace, or the question after a lift. */
function dueInput(session: Session) {
  if (session.status === 'closing') {
    return { purpose: 'grace_over', afterMs: visitLimits.hangUpGraceMs } as const
  }
  const waits = session.status === 'calling' && session.visit.releaseMode === 'on_authorisation'
  return waits ? ({ purpose: 'ask_due', afterMs: visitLimits.askAfterMs } as const) : null
}

/** What the cars say is taken right before the sale is, so that both are journaled together. */
function withVehicles(
  inputs: readonly SessionInput[],
  vehiclesSeen: () => readonly SessionInput[],
): readonly SessionInput[] {
  return inputs.flatMap((input) =>
    input.type === 'sale_finished' ? [...vehiclesSeen(), input] : [input],
  )
}

/** Running figures are not stored at every poll: flash wears out. What identifies sales is. */
function isWorthStoring(before: Observed, after: Observed): boolean {
  return (
    before.lastSale !== after.lastSale ||
    before.totalsMl !== after.totalsMl ||
    before.spentNozzle !== after.spentNozzle
  )
}
