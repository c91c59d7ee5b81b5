import type { Logger } from 'pino'
import {
  createPumpServer,
  type Delivery,
  type PumpFigures,
  type PumpSimulator,
} from '../pumps/index.ts'
import { type BoxFuellingPoint, controllersOf } from './layout.ts'
import { createMeterKeeper, metersAfter, readMeters } from './meters.ts'

/** All pump controllers of a station behind one face: ask for a fuelling point, reach its pump. */
export type PumpBank = Pick<PumpSimulator, 'lift' | 'squeeze' | 'hangUp'> & {
  readonly ports: ReadonlyMap<string, number>
  figures(fuellingPoint: number): PumpFigures
  /** Finished deliveries of all controllers. */
  deliveries(): readonly (Delivery & { readonly controllerId: string })[]
  onChange(listener: () => void): () => void
  /** One controller's simulator, to freeze or thaw it. */
  controller(controllerId: string): PumpSimulator
  close(): Promise<void>
}

export async function createPumpBank(options: {
  readonly listenOn: string
  readonly points: readonly BoxFuellingPoint[]
  /** The first controller's port, the next takes the next; 0 takes any free ones. */
  readonly port: number
  readonly seed: number
  readonly timeScale: number
  /** The meters go on from what is kept here. */
  readonly dataDirectory: string
  readonly log: Logger
}): Promise<PumpBank> {
  let meters = readMeters(options.dataDirectory)
  const keeper = createMeterKeeper(options, meters)
  const started: { readonly controllerId: string; readonly pump: PumpSimulator }[] = []
  for (const [index, controller] of controllersOf(options.points).entries()) {
    const pump = await createPumpServer({
      host: options.listenOn,
      port: options.port === 0 ? 0 : options.port + index,
      profile: controller.profile,
      controllerId: controller.controllerId,
      seed: options.seed + index,
      timeScale: options.timeScale,
      pumps: controller.points.map(({ unitId, fuellingPoint, nozzles, releaseMode }) => ({
        unitId,
        fuellingPoint,
        nozzles,
        requiresAuthorisation: releaseMode === 'on_authorisation',
        ...(meters[fuellingPoint] === undefined ? {} : { meter: meters[fuellingPoint] }),
      })),
    })
    started.push({ controllerId: controller.controllerId, pump })
  }
  const byId = new Map(started.map(({ controllerId, pump }) => [controllerId, pump]))
  const controller = (controllerId: string) => {
    const pump = byId.get(controllerId)
    if (pump === undefined) throw new RangeError(`no controller ${controllerId}`)
    return pump
  }
  const pumpOf = (fuellingPoint: number) => {
    const point = options.points.find((candidate) => candidate.fuellingPoint === fuellingPoint)
    if (point === undefined) throw new RangeError(`no fuelling point ${fuellingPoint}`)
    return controller(point.controllerId)
  }
  const deliveries = () =>
    started.flatMap(({ controllerId, pump }) =>
      pump.deliveries().map((delivery) => ({ ...delivery, controllerId })),
    )
  const keepMeters = () => {
    const figures = started.flatMap(({ pump }) => pump.snapshot())
    meters = metersAfter(meters, { figures, deliveries: deliveries() })
    keeper.keep(meters)
  }
  const stops = started.map(({ pump }) => pump.onChange(keepMeters))
  return {
    ports: new Map(started.map(({ controllerId, pump }) => [controllerId, pump.port])),
    lift: (point, nozzle) => pumpOf(point).lift(point, nozzle),
    squeeze: (point, trigger) => pumpOf(point).squeeze(point, trigger),
    hangUp: (point) => pumpOf(point).hangUp(point),
    figures: (point) => figuresOf(pumpOf(point), point),
    deliveries,
    onChange: (listener) => {
      const own = started.map(({ pump }) => pump.onChange(() => listener()))
      return () => {
        for (const stop of own) stop()
      }
    },
    controller,
    close: async () => {
      for (const stop of stops) stop()
      keepMeters()
      await Promise.all(started.map(({ pump }) => pump.close()))
    },
  }
}

function figuresOf(pump: PumpSimulator, fuellingPoint: number): PumpFigures {
  const figures = pump.snapshot().find((point) => point.fuellingPoint === fuellingPoint)
  if (figures === undefined) throw new RangeError(`no fuelling point ${fuellingPoint}`)
  return figures
}
