import type { Logger } from 'pino'
import { type Box, cameraIdOf, stationPlace } from '../box/index.ts'
import { createCar } from '../cars/index.ts'
import type { WitnessedDelivery } from '../judge/index.ts'
import { type Bays, type CarOnItsWay, createBays, type Visitor } from './bays.ts'
import { createHands, type Hands, pointOf } from './hands.ts'
import { createWitness } from './witness.ts'
import { WorldError } from './world.ts'

/** Cars and hands at the pumps: everything that happens outside the product. */
export type Forecourt = Hands & {
  /** Resolves when the car has set off. @throws {WorldError} `bay_taken`, `no_such_fuelling_point` */
  send(coming: CarOnItsWay): Promise<void>
  /** The car stands in its bay now, and the camera sees it. @throws {WorldError} `no_car` */
  park(fuellingPoint: number): void
  /** The bay is free at once. @throws {WorldError} `no_car`, `nozzle_lifted` */
  driveOff(fuellingPoint: number): void
  visitorAt(fuellingPoint: number): Visitor | null
  leaving(): readonly Visitor[]
  /** Every finished delivery with the member whose car stood there. */
  witnessed(): readonly WitnessedDelivery[]
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export function createForecourt(deps: {
  readonly box: Box
  readonly timeScale: number
  readonly log: Logger
}): Forecourt {
  const { box, log } = deps
  const bays = createBays(log)
  const witness = createWitness(box.pumps, (point) => bays.at(point)?.member?.memberId ?? null)
  const look = () => {
    for (const visitor of bays.all()) bays.put(filled(box, visitor))
    witness.look()
    bays.changed()
  }
  const stopWatching = box.pumps.onChange(look)
  return {
    ...createHands({ box, bays, look }),
    send: createSender({ ...deps, bays }),
    park: (fuellingPoint) => {
      const visitor = bays.mustBeAt(fuellingPoint)
      visitor.car.park()
      bays.put({ ...visitor, isParked: true })
      box.cameras.show(cameraIdOf(fuellingPoint), visitor.view)
      bays.changed()
    },
    driveOff: (fuellingPoint) => {
      const visitor = bays.mustBeAt(fuellingPoint)
      if (box.pumps.figures(fuellingPoint).nozzle !== null) {
        throw new WorldError('nozzle_lifted', `hang up at fuelling point ${fuellingPoint} first`)
      }
      witness.look()
      bays.release(visitor)
      visitor.car.leave()
      box.cameras.show(cameraIdOf(fuellingPoint), { kind: 'empty' })
      bays.changed()
    },
    visitorAt: bays.at,
    leaving: bays.leaving,
    witnessed: () => {
      witness.look()
      return witness.deliveries()
    },
    onChange: bays.onChange,
    close: async () => {
      stopWatching()
      await bays.close()
    },
  }
}

/** Bays someone is on the way to connect for count as taken, so that two cars never race for one. */
function createSender(deps: {
  readonly box: Box
  readonly bays: Bays
  readonly timeScale: number
  readonly log: Logger
}) {
  const { box, bays, timeScale, log } = deps
  const reserved = new Set<number>()
  let cars = 0
  return async (coming: CarOnItsWay): Promise<void> => {
    const { fuellingPoint } = coming
    pointOf(box, fuellingPoint)
    if (bays.at(fuellingPoint) !== null || reserved.has(fuellingPoint)) {
      throw new WorldError('bay_taken', `fuelling point ${fuellingPoint} is taken`)
    }
    reserved.add(fuellingPoint)
    cars += 1
    const carId = `car-${cars}`
    try {
      const connection = await connectionOf(box, coming)
      const car = createCar({
        ...coming,
        carId,
        connection,
        station: stationPlace,
        timeScale,
        log,
      })
      bays.put({ ...coming, car, filledMl: 0, isParked: false })
    } finally {
      reserved.delete(fuellingPoint)
    }
    bays.changed()
  }
}

/** A connected car carries the token the cloud signed for it. */
async function connectionOf(box: Box, coming: CarOnItsWay) {
  if (coming.connected === 'no' || coming.member === null) return null
  const { vehicleId } = coming.member
  return { url: box.mqttUrl, vehicleId, token: await box.cloudApi.vehicleToken(vehicleId) }
}

/** The tank follows the pump's display: what has flowed since the last look goes in. */
function filled(box: Box, visitor: Visitor): Visitor {
  const { volumeMl, nozzle } = box.pumps.figures(visitor.fuellingPoint)
  const addedMl = volumeMl - visitor.filledMl
  if (nozzle === null || addedMl <= 0) return visitor
  visitor.car.fill(addedMl)
  return { ...visitor, filledMl: volumeMl }
}
