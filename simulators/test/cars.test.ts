import { VehicleSignals } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CarState,
  drive,
  fill,
  goneSouthM,
  isGone,
  leave,
  newCar,
  openFlap,
  park,
  signalsOf,
} from '../src/cars/car-model.ts'

const station = { latitude: 31.2304, longitude: 121.4737 }
const someCar = fc
  .record({
    tankCapacityMl: fc.integer({ min: 20_000, max: 90_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ tankCapacityMl, share }) =>
    newCar({ plate: '沪A12345', tankCapacityMl, levelMl: Math.floor(tankCapacityMl * share) }),
  )
const steps = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 60 })

const driveFor = (car: CarState, elapsed: readonly number[]) => elapsed.reduce(drive, car)

describe('a car', () => {
  test('comes nearer and never passes its bay', () => {
    fc.assert(
      fc.property(someCar, steps, (car, elapsed) => {
        let before = car
        for (const ms of elapsed) {
          const after = drive(before, ms)
          expect(after.northM).toBeLessThanOrEqual(before.northM)
          expect(after.northM).toBeGreaterThanOrEqual(0)
          before = after
        }
      }),
    )
  })

  test('stands still once it has arrived, and says so', () => {
    const arrived = driveFor(
      newCar({ plate: '沪A12345', tankCapacityMl: 50_000, levelMl: 0 }),
      Array(600).fill(1_000),
    )
    expect(arrived).toMatchObject({ driving: 'standing', northM: 0, speedKmh: 0 })
    expect(drive(arrived, 60_000)).toEqual(arrived)
    expect(signalsOf(arrived, station)['Vehicle.IsMoving']).toBe(false)
  })

  test('takes exactly what the nozzle gave, up to a full tank', () => {
    fc.assert(
      fc.property(someCar, fc.array(fc.integer({ min: 0, max: 30_000 })), (car, fills) => {
        const filled = fills.reduce(fill, car)
        const wanted = car.levelMl + fills.reduce((sum, ml) => sum + ml, 0)
        expect(filled.levelMl).toBe(Math.min(car.tankCapacityMl, wanted))
      }),
    )
  })

  test('says what the contract of vehicle signals allows, wherever it is', () => {
    fc.assert(
      fc.property(someCar, steps, fc.boolean(), (car, elapsed, isLeaving) => {
        const somewhere = driveFor(isLeaving ? leave(park(car)) : car, elapsed)
        expect(() => VehicleSignals.parse(signalsOf(somewhere, station))).not.toThrow()
      }),
    )
  })

  test('is outside the station’s 120 m when it sets off, and within a metre when parked', () => {
    const car = newCar({ plate: '沪A12345', tankCapacityMl: 50_000, levelMl: 0 })
    const metresNorth = (state: CarState) =>
      ((signalsOf(state, station)['Vehicle.CurrentLocation.Latitude'] ?? 0) - station.latitude) *
      111_320
    expect(metresNorth(car)).toBeGreaterThan(120)
    expect(Math.abs(metresNorth(park(car)))).toBeLessThan(1)
  })

  test('shuts its flap when it leaves, and is gone in the end', () => {
    const leaving = leave(
      openFlap(park(newCar({ plate: '沪A12345', tankCapacityMl: 50_000, levelMl: 0 }))),
    )
    expect(leaving.flapOpen).toBe(false)
    expect(isGone(leaving)).toBe(false)
    const gone = driveFor(leaving, Array(100).fill(1_000))
    expect(gone.northM).toBe(goneSouthM)
    expect(isGone(gone)).toBe(true)
  })
})
