import type { RegisterProfile } from '@forecourt/drivers'
import { type ControllerMemory, emptyMemory, takeWrite, toRegisters } from './controller.ts'
import { amountFenOf, volumeMlOf } from './meter.ts'
import type { Answer, RegisterBank } from './modbus-server.ts'
import {
  advance,
  type ClosedDelivery,
  createPump,
  handle,
  isFlowing,
  type PumpInput,
  type PumpModel,
} from './pump-model.ts'
import type { Delivery, PumpFigures, PumpServerOptions, SimulatedPump } from './pump-simulator.ts'
import { createRandom } from './random.ts'

/** The newest deliveries kept as the judge's truth; older ones are dropped. */
const deliveriesMax = 100_000
/** How long a pump waits, by the wall clock, for flow and for somebody to lift. */
const patienceMs = 60_000

/** One fuelling point with what its controller remembers of it. */
type Point = { readonly config: SimulatedPump; pump: PumpModel; memory: ControllerMemory }

/** All fuelling points of a controller, and the clock they share. */
export function createForecourt(options: PumpServerOptions, profile: RegisterProfile) {
  const clock = createClock(options.timeScale)
  const random = createRandom(options.seed)
  const points: Point[] = options.pumps.map((config) => ({
    config,
    pump: createPumpOf(config, options, random),
    memory: emptyMemory,
  }))
  const finished: Delivery[] = []
  const listeners = new Set<(figures: readonly PumpFigures[]) => void>()
  let told = ''

  /** Every change goes through here: it is counted, and a delivery it closed is kept. */
  const become = (point: Point, pump: PumpModel) => {
    const before = point.pump
    if (pump === before) return
    point.pump = pump
    const sequence = (point.memory.sequence + 1) & 0xffff
    if (!isSameShown(before, pump)) point.memory = { ...point.memory, sequence }
    const closed = pump.lastDelivery
    if (closed === null || closed === before.lastDelivery) return
    finished.push(toDelivery(options, point.config, closed, clock.toInstant))
    if (finished.length > deliveriesMax) finished.shift()
  }
  const bringUpToDate = () => {
    for (const point of points) become(point, advance(point.pump, clock.nowMs()))
  }
  const pointOf = (fuellingPoint: number): Point => {
    bringUpToDate()
    const point = points.find(({ config }) => config.fuellingPoint === fuellingPoint)
    if (point === undefined) throw new Error(`there is no fuelling point ${fuellingPoint}`)
    return point
  }
  const snapshot = () => {
    bringUpToDate()
    return points.map(toFigures)
  }
  const act = (fuellingPoint: number, input: PumpInput) => {
    const point = pointOf(fuellingPoint)
    become(point, handle(point.pump, input))
  }

  return {
    act,
    snapshot,
    deliveries: (): readonly Delivery[] => {
      bringUpToDate()
      return [...finished]
    },
    lift: (fuellingPoint: number, nozzle: number) => {
      const { pump } = pointOf(fuellingPoint)
      if (!pump.unitPrices.has(nozzle)) throw new Error(`there is no nozzle ${nozzle}`)
      if (pump.lifted !== null) throw new Error(`nozzle ${pump.lifted} is lifted already`)
      act(fuellingPoint, { type: 'lift', nozzle })
    },
    squeeze: (fuellingPoint: number, targetMl: number | null) => {
      if (pointOf(fuellingPoint).pump.lifted === null) throw new Error('no nozzle is lifted')
      act(fuellingPoint, { type: 'squeeze', targetMl })
    },
    tick: () => {
      const figures = snapshot()
      const now = JSON.stringify(figures)
      if (now === told) return
      told = now
      for (const listener of listeners) listener(figures)
    },
    onChange: (listener: (figures: readonly PumpFigures[]) => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    bank: createBank(profile, points, { bringUpToDate, become }),
  }
}

/** The points' registers as Modbus sees them. A unit id without a point is exception 11. */
function createBank(
  profile: RegisterProfile,
  points: readonly Point[],
  now: { bringUpToDate(): void; become(point: Point, pump: PumpModel): void },
): RegisterBank {
  const pointBehind = (unitId: number) => {
    now.bringUpToDate()
    return points.find(({ config }) => config.unitId === unitId)
  }
  return {
    read: (unitId, address, count): Answer<number[]> => {
      const point = pointBehind(unitId)
      if (point === undefined) return { exception: 11 }
      const image = toRegisters(profile, point.config.fuellingPoint, point.pump, point.memory)
      const registers = Array.from({ length: count }, (_, index) => image.get(address + index))
      const known = registers.filter((register) => register !== undefined)
      return known.length === count ? { value: known } : { exception: 2 }
    },
    write: (unitId, address, registers): Answer<null> => {
      const point = pointBehind(unitId)
      if (point === undefined) return { exception: 11 }
      const taken = takeWrite(profile, point.config.fuellingPoint, { address, registers }, point)
      point.memory = taken.memory
      now.become(point, taken.pump)
      return taken.exception === null ? { value: null } : { exception: taken.exception }
    },
  }
}

function createPumpOf(
  config: SimulatedPump,
  { timeScale, noFlowTimeoutMs = patienceMs }: PumpServerOptions,
  random: () => number,
): PumpModel {
  const prices = config.nozzles.map((n) => [n.nozzle, n.unitPriceFenPerLitre] as const)
  return createPump({
    unitPrices: new Map(prices),
    requiresAuthorisation: config.requiresAuthorisation,
    // 38 l/min, within 5 %: no two pumps are alike.
    fullFlowMlPerMin: Math.round(38_000 * (0.95 + random() / 10)),
    noFlowMs: noFlowTimeoutMs * timeScale,
    authorisationMs: patienceMs * timeScale,
    totaliserMl: Math.floor(random() * 90_000_000) * 10,
    transactionNumber: Math.floor(random() * 0xffff),
    ...config.meter,
    nowMs: 0,
  })
}

/** Pump time: starts at 0 and runs `timeScale` times as fast as the wall clock. */
function createClock(timeScale: number) {
  const startedAt = Date.now()
  const startedMs = performance.now()
  return {
    nowMs: () => (performance.now() - startedMs) * timeScale,
    toInstant: (pumpMs: number) => new Date(startedAt + pumpMs / timeScale).toISOString(),
  }
}

function toFigures({ config, pump }: Point): PumpFigures {
  return {
    fuellingPoint: config.fuellingPoint,
    state: pump.state,
    nozzle: pump.lifted,
    volumeMl: volumeMlOf(pump),
    amountFen: amountFenOf(pump),
    unitPriceFenPerLitre: pump.unitPriceFenPerLitre,
    totaliserMl: pump.totaliserMl,
    locked: pump.locked,
    flowing: isFlowing(pump),
  }
}

function toDelivery(
  options: PumpServerOptions,
  config: SimulatedPump,
  closed: ClosedDelivery,
  toInstant: (pumpMs: number) => string,
): Delivery {
  const { liftedAtMs, closedAtMs, ...counted } = closed
  return {
    ...(options.controllerId === undefined ? {} : { controllerId: options.controllerId }),
    fuellingPoint: config.fuellingPoint,
    ...counted,
    liftedAt: toInstant(liftedAtMs),
    hungUpAt: toInstant(closedAtMs),
  }
}

/** True when nothing a register shows has changed; time alone changes none. */
function isSameShown(before: PumpModel, after: PumpModel): boolean {
  return (
    before.state === after.state &&
    before.lifted === after.lifted &&
    before.locked === after.locked &&
    volumeMlOf(before) === volumeMlOf(after) &&
    before.unitPriceFenPerLitre === after.unitPriceFenPerLitre &&
    before.lastDelivery === after.lastDelivery
  )
}
