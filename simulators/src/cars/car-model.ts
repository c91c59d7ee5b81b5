import type { VehicleSignals } from '@forecourt/contracts'

export type Place = { readonly latitude: number; readonly longitude: number }

/** What a car is and where it stands. Plain data; every function below returns a new one. */
export type CarState = {
  readonly plate: string
  readonly tankCapacityMl: number
  readonly levelMl: number
  readonly flapOpen: boolean
  /** Metres from the station's middle; it comes from the north and leaves to the south. */
  readonly northM: number
  readonly speedKmh: number
  readonly driving: 'arriving' | 'standing' | 'leaving'
}

/** From here a car begins its way to the station. */
export const startsNorthM = 200
/** Beyond this it has left. */
export const goneSouthM = -200
const cruiseKmh = 30
const metresADegree = 111_320

export function newCar(car: {
  readonly plate: string
  readonly tankCapacityMl: number
  readonly levelMl: number
}): CarState {
  return { ...car, flapOpen: false, northM: startsNorthM, speedKmh: cruiseKmh, driving: 'arriving' }
}

/** Time passes: a driving car moves, slower the nearer its bay, and stops there. */
export function drive(car: CarState, elapsedMs: number): CarState {
  if (car.driving === 'standing' || elapsedMs <= 0) return car
  const metres = (car.speedKmh / 3_600) * elapsedMs
  if (car.driving === 'leaving') {
    return { ...car, northM: Math.max(goneSouthM, car.northM - metres), speedKmh: cruiseKmh }
  }
  const northM = Math.max(0, car.northM - metres)
  if (northM === 0) return { ...car, northM, speedKmh: 0, driving: 'standing' }
  return { ...car, northM, speedKmh: Math.min(cruiseKmh, 8 + northM / 3) }
}

/** Parks it in its bay now, whatever was left of the way. */
export function park(car: CarState): CarState {
  return { ...car, northM: 0, speedKmh: 0, driving: 'standing' }
}

export function openFlap(car: CarState): CarState {
  return { ...car, flapOpen: true }
}

export function closeFlap(car: CarState): CarState {
  return { ...car, flapOpen: false }
}

/** The tank takes what the nozzle gave, and never more than it holds. */
export function fill(car: CarState, addedMl: number): CarState {
  return { ...car, levelMl: Math.min(car.tankCapacityMl, car.levelMl + Math.max(0, addedMl)) }
}

export function leave(car: CarState): CarState {
  return { ...car, flapOpen: false, driving: 'leaving', speedKmh: cruiseKmh }
}

export function isGone(car: CarState): boolean {
  return car.driving === 'leaving' && car.northM <= goneSouthM
}

/** What its telematics unit publishes, in VSS's units (litres, degrees, km/h, per cent). */
export function signalsOf(car: CarState, station: Place): VehicleSignals {
  return {
    'Vehicle.CurrentLocation.Latitude': station.latitude + car.northM / metresADegree,
    'Vehicle.CurrentLocation.Longitude': station.longitude,
    'Vehicle.CurrentLocation.HorizontalAccuracy': 5,
    'Vehicle.Speed': car.speedKmh,
    'Vehicle.IsMoving': car.speedKmh > 0,
    'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': car.levelMl / 1_000,
    'Vehicle.Powertrain.FuelSystem.RelativeLevel': Math.round(
      (car.levelMl * 100) / car.tankCapacityMl,
    ),
    'Vehicle.Powertrain.FuelSystem.TankCapacity': car.tankCapacityMl / 1_000,
    'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': car.flapOpen,
    'Vehicle.VehicleIdentification.LicensePlate': car.plate,
  }
}
