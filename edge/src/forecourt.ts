import { randomUUIDv7 } from 'node:crypto'
import type { LastRefuel, PumpDriver, Settlement, StationEvent, Uplink } from '@forecourt/contracts'
import type { PumpConfig, StationConfig } from './config.ts'
import type { OperatorAction, OperatorOutcome } from './http/app.ts'
import type { Logger } from './log.ts'
import type { PlateWatcher } from './plates/index.ts'
import { createPoller } from './pumps/poller.ts'
import {
  createFuellingPoint,
  type FuellingPoint,
  type Question,
  visitOf,
  withoutSpokenFor,
} from './session/index.ts'
import { toPointSnapshot } from './snapshot.ts'
import type { Steps } from './steps.ts'
import type { Store } from './store/index.ts'
import type { Telematics } from './telematics/index.ts'

/** How long the driver at the pump waits for a release before it is given up. */
const authoriseTimeoutMs = 5_000
const commandTimeoutMs = 2_000

export type ForecourtDeps = {
  readonly station: StationConfig
  readonly store: Store
  readonly uplink: Uplink
  readonly plates: PlateWatcher
  readonly telematics: Telematics
  readonly steps: Steps
  readonly now: () => Date
  readonly random: () => number
  readonly log: Logger
  readonly count: (rejection: string) => void
  readonly createPump: (config: PumpConfig) => PumpDriver
  /** Events are in the outbox now. */
  readonly onStored: (events: readonly StationEvent[]) => void
  readonly onChange: () => void
  readonly onFatal: (error: unknown) => void
}

export type Forecourt = ReturnType<typeof createForecourt>

type Place = {
  readonly point: FuellingPoint
  readonly driver: PumpDriver
  readonly pump: PumpConfig
  readonly config: PumpConfig['fuellingPoints'][number]
}

/**
 * Every pump of the station with its poller, and every fuelling point with its session.
 *
 * @throws {Error} for a fuelling point on_authorisation whose controller cannot be authorised.
 */
export function createForecourt(deps: ForecourtDeps) {
  const { station, now, onChange } = deps
  const lines = station.pumps.map((pump) => ({ pump, driver: deps.createPump(pump) }))
  const places = new Map<number, Place>()
  for (const { pump, driver } of lines) {
    for (const config of pump.fuellingPoints) {
      mustBeAble(pump, config, driver)
      const point = createPoint({ ...deps, places }, { pump, driver, config })
      places.set(config.fuellingPoint, { point, driver, pump, config })
    }
  }
  const pollers = lines.map(({ pump, driver }) => {
    const own = pump.fuellingPoints.flatMap((point) => places.get(point.fuellingPoint) ?? [])
    const poller = createPoller({
      driver,
      pollEveryMs: pump.pollEveryMs,
      timeoutMs: pump.timeoutMs,
      now,
      random: deps.random,
      log: deps.log.child({ controllerId: pump.controllerId }),
      count: deps.count,
      onReadings: (readings, at) => {
        for (const reading of readings)
          places.get(reading.fuellingPoint)?.point.observe(reading, at)
      },
      onLost: (fault) => {
        for (const { point } of own) point.lost(fault)
      },
      onChange,
    })
    return { config: pump, poller }
  })

  return {
    pumps: () => pollers.map(({ config, poller }) => ({ config, state: poller.state() })),
    fuellingPoints: () =>
      [...places.values()].map(({ point, pump, config }) =>
        toPointSnapshot(pump.controllerId, config, point.state()),
      ),
    operate: (fuellingPoint: number, action: OperatorAction) =>
      operate(places.get(fuellingPoint), fuellingPoint, action),
    settle(settlement: Settlement): { fuellingPoint: number; lastRefuel: LastRefuel } | null {
      for (const [fuellingPoint, { point }] of places) {
        const lastRefuel = point.settle(settlement)
        if (lastRefuel) return { fuellingPoint, lastRefuel }
      }
      return null
    },
    /** The cloud has an event: shown as a step when it is a sale. */
    sent(event: StationEvent): void {
      if (event.type !== 'refuel.completed.v1') return
      const { fuellingPoint, refuelId, sale } = event
      const at = now().toISOString()
      deps.steps.add({ at, fuellingPoint, refuelId, code: 'sale_sent', detail: sale.saleId })
      onChange()
    },
    async close(): Promise<void> {
      await Promise.all(pollers.map(({ poller }) => poller.close()))
      for (const { point } of places.values()) point.close()
    },
  }
}

function createPoint(
  deps: ForecourtDeps & { readonly places: ReadonlyMap<number, Place> },
  { pump, driver, config }: Omit<Place, 'point'>,
): FuellingPoint {
  const { store, plates, telematics, now } = deps
  const { fuellingPoint, releaseMode, nozzles, cameraId } = config
  return createFuellingPoint({
    point: {
      controllerId: pump.controllerId,
      fuellingPoint,
      releaseMode,
      nozzles,
      agreeingFrames: deps.station.plates.agreeingFrames,
    },
    store,
    firstSale: store.damagedPath === null ? 'adopt' : 'recover',
    nextRefuelId: randomUUIDv7,
    now,
    log: deps.log.child({ fuellingPoint }),
    command: (command) => driver.command(command, deviceCall()),
    ask: (question) => ask(deps, question),
    watchPlates:
      cameraId === null ? null : (onVotes) => plates.watch({ fuellingPoint, cameraId, onVotes }),
    evidenceSince: (since) =>
      withoutSpokenFor(telematics.evidenceFor({ since, now: now() }), {
        ...baysAround(deps.places, fuellingPoint),
        since,
      }),
    onStep: deps.steps.add,
    onEvents: deps.onStored,
    onChange: deps.onChange,
    onFatal: deps.onFatal,
  })
}

function baysAround(places: ReadonlyMap<number, Place>, fuellingPoint: number) {
  const own = places.get(fuellingPoint)?.point.state()
  const visit = own ? visitOf(own.session) : null
  return {
    ownPlates: visit?.identity.plates.map(({ plate }) => plate) ?? [],
    others: [...places]
      .filter(([other]) => other !== fuellingPoint)
      .map(([, { point }]) => point.state()),
  }
}

/** A pump whose sales could not be stored one day releases none: no fuel on an endless tab. */
async function ask({ station, store, uplink }: ForecourtDeps, question: Question) {
  if (store.outbox.isFull()) throw new OutboxFull()
  const call = { timeoutMs: authoriseTimeoutMs, signal: AbortSignal.timeout(authoriseTimeoutMs) }
  const { stationId } = station
  const request = { ...question, requestId: randomUUIDv7(), stationId, edgeId: store.edgeId }
  return uplink.authorise(request, call)
}

class OutboxFull extends Error {
  override readonly name = 'OutboxFull'
  readonly code = 'outbox_full'
}

async function operate(
  place: Place | undefined,
  fuellingPoint: number,
  action: OperatorAction,
): Promise<OperatorOutcome> {
  if (!place) return 'unknown_fuelling_point'
  const { point, driver, config } = place
  if (action === 'authorise' && config.releaseMode === 'on_authorisation') {
    // The session remembers who released it; without a lift there is nothing to release yet.
    if (visitOf(point.state().session) === null) return 'no_visit'
    point.operator('released')
    return 'done'
  }
  if (!driver.capabilities.has(action)) return 'unsupported'
  if (action === 'stop') point.operator('stopped')
  const command =
    action === 'authorise'
      ? ({ type: action, fuellingPoint, preset: null } as const)
      : ({ type: action, fuellingPoint } as const)
  await driver.command(command, deviceCall())
  return 'done'
}

function deviceCall() {
  return { timeoutMs: commandTimeoutMs, signal: AbortSignal.timeout(commandTimeoutMs) }
}

function mustBeAble(pump: PumpConfig, config: Place['config'], driver: PumpDriver): void {
  if (config.releaseMode === 'postpay' || driver.capabilities.has('authorise')) return
  throw new Error(
    `fuelling point ${config.fuellingPoint}: profile ${pump.profile} cannot authorise with a preset, so releaseMode must be postpay`,
  )
}
