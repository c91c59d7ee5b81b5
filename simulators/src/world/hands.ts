import type { Box, BoxFuellingPoint } from '../box/index.ts'
import type { Bays } from './bays.ts'
import { WorldError } from './world.ts'

/** What a driver's hands do at a pump. A nozzle can be lifted without a car, as people do. */
export type Hands = {
  /** @throws {WorldError} `no_such_nozzle`, `nozzle_lifted`, `no_car`, `pump_refused`, `no_such_fuelling_point` */
  lift(fuellingPoint: number, nozzle: number): void
  /**
   * Without `targetMl` the tank decides; a car's tank always bounds it.
   *
   * @throws {WorldError} `nozzle_hanging`, `no_such_fuelling_point`
   */
  squeeze(fuellingPoint: number, targetMl: number | null): void
  /** @throws {WorldError} `nozzle_hanging`, `no_such_fuelling_point` */
  hangUp(fuellingPoint: number): void
}

export function createHands(deps: {
  readonly box: Box
  readonly bays: Bays
  /** Takes in what the pumps show. */
  readonly look: () => void
}): Hands {
  const { box, bays, look } = deps
  return {
    lift: (fuellingPoint, nozzle) => {
      checkNozzle(box, fuellingPoint, nozzle)
      const visitor = bays.at(fuellingPoint)
      if (visitor?.isParked === false) {
        const detail = `the car for fuelling point ${fuellingPoint} is still on its way`
        throw new WorldError('no_car', detail)
      }
      visitor?.car.openFlap()
      if (visitor !== null) bays.put({ ...visitor, filledMl: 0 })
      box.pumps.lift(fuellingPoint, nozzle)
      bays.changed()
      if (box.pumps.figures(fuellingPoint).nozzle !== null) return
      throw new WorldError('pump_refused', `fuelling point ${fuellingPoint} is out of service`)
    },
    squeeze: (fuellingPoint, targetMl) => {
      mustBeLifted(box, fuellingPoint)
      const car = bays.at(fuellingPoint)?.car.state()
      const roomMl = car === undefined ? null : car.tankCapacityMl - car.levelMl
      const wantedMl = targetMl === null ? roomMl : Math.min(targetMl, roomMl ?? targetMl)
      box.pumps.squeeze(fuellingPoint, { targetMl: wantedMl })
    },
    hangUp: (fuellingPoint) => {
      mustBeLifted(box, fuellingPoint)
      look()
      box.pumps.hangUp(fuellingPoint)
      look()
      bays.at(fuellingPoint)?.car.closeFlap()
    },
  }
}

function mustBeLifted(box: Box, fuellingPoint: number): void {
  pointOf(box, fuellingPoint)
  if (box.pumps.figures(fuellingPoint).nozzle === null) {
    const detail = `no nozzle of fuelling point ${fuellingPoint} is lifted`
    throw new WorldError('nozzle_hanging', detail)
  }
}

/** @throws {WorldError} `no_such_fuelling_point` */
export function pointOf(box: Box, fuellingPoint: number): BoxFuellingPoint {
  const point = box.points.find((candidate) => candidate.fuellingPoint === fuellingPoint)
  if (point !== undefined) return point
  const known = box.points.map((candidate) => candidate.fuellingPoint).join(', ')
  const detail = `there is no fuelling point ${fuellingPoint}; there are ${known}`
  throw new WorldError('no_such_fuelling_point', detail)
}

function checkNozzle(box: Box, fuellingPoint: number, nozzle: number): void {
  const { nozzles } = pointOf(box, fuellingPoint)
  if (!nozzles.some((candidate) => candidate.nozzle === nozzle)) {
    const known = nozzles.map((candidate) => candidate.nozzle).join(', ')
    const detail = `fuelling point ${fuellingPoint} has no nozzle ${nozzle}; it has ${known}`
    throw new WorldError('no_such_nozzle', detail)
  }
  if (box.pumps.figures(fuellingPoint).nozzle !== null) {
    const detail = `a nozzle of fuelling point ${fuellingPoint} is lifted already`
    throw new WorldError('nozzle_lifted', detail)
  }
}
