import type { VehicleReceipt } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { type CarLink, openCarLink } from './car-link.ts'
import {
  type CarState,
  closeFlap,
  drive,
  fill,
  isGone,
  leave,
  newCar,
  openFlap,
  type Place,
  park,
  signalsOf,
} from './car-model.ts'

/** A car on the forecourt, with or without a telematics unit of its own. */
export type Car = {
  readonly carId: string
  state(): CarState
  /** Stands in its bay now. */
  park(): void
  openFlap(): void
  closeFlap(): void
  /** Its tank rises by this much; a connected car tells at once. */
  fill(addedMl: number): void
  leave(): void
  isGone(): boolean
  /** What the station told a connected car; always empty for others. */
  receipts(): readonly VehicleReceipt[]
  /** Idempotent. */
  close(): Promise<void>
}

export type CarOptions = {
  readonly carId: string
  readonly plate: string
  readonly tankCapacityMl: number
  readonly levelMl: number
  /** Null for a car that is not connected. */
  readonly connection: {
    readonly url: string
    readonly vehicleId: string
    readonly token: string
  } | null
  readonly station: Place
  /** Simulated seconds a second; telemetry comes as much more often, down to `publishEveryMsMin`. */
  readonly timeScale: number
  readonly log: Logger
}

const publishEveryMs = 1_000
const publishEveryMsMin = 100

/** Sets off from far away. */
export function createCar(options: CarOptions): Car {
  const { carId, connection, station, timeScale, log } = options
  const link = connection === null ? null : openCarLink({ ...connection, log })
  let state = newCar(options)
  let movedAtMs = performance.now()

  const advance = () => {
    const nowMs = performance.now()
    state = drive(state, (nowMs - movedAtMs) * timeScale)
    movedAtMs = nowMs
  }
  const change = (next: (car: CarState) => CarState) => {
    advance()
    state = next(state)
    link?.publish(signalsOf(state, station))
  }
  change((car) => car)
  const stopTelling = everyTick(timeScale, link, () => change((car) => car))

  return {
    carId,
    state: () => {
      advance()
      return state
    },
    park: () => change(park),
    openFlap: () => change(openFlap),
    closeFlap: () => change(closeFlap),
    fill: (addedMl) => change((car) => fill(car, addedMl)),
    leave: () => change(leave),
    isGone: () => isGone(state),
    receipts: () => link?.receipts() ?? [],
    close: async () => {
      stopTelling()
      await link?.close()
    },
  }
}

function everyTick(timeScale: number, link: CarLink | null, tick: () => void): () => void {
  if (link === null) return () => undefined
  const everyMs = Math.max(publishEveryMsMin, publishEveryMs / timeScale)
  const timer = setInterval(tick, everyMs)
  return () => clearInterval(timer)
}
