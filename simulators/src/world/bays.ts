import type { Logger } from 'pino'
import type { MemberCard } from '../box/index.ts'
import type { View } from '../cameras/index.ts'
import type { Car } from '../cars/index.ts'
import { WorldError } from './world.ts'

/** A car to be sent: whose it is, and what the station can see of it. */
export type CarOnItsWay = {
  readonly fuellingPoint: number
  /** The member it belongs to; null for a stranger. */
  readonly member: MemberCard | null
  readonly plate: string
  readonly tankCapacityMl: number
  readonly levelMl: number
  readonly connected: 'yes' | 'no'
  /** What the bay's camera sees once it stands there. */
  readonly view: View
}

/** A car in its bay, or on its way there. */
export type Visitor = CarOnItsWay & {
  readonly car: Car
  /** What the display showed of this delivery when the tank was last looked at. */
  readonly filledMl: number
  /** False while it is still on its way. */
  readonly isParked: boolean
}

/** Who stands where. A bay holds one car; cars on their way out are kept until they are gone. */
export type Bays = {
  at(fuellingPoint: number): Visitor | null
  /** @throws {WorldError} `no_car` */
  mustBeAt(fuellingPoint: number): Visitor
  all(): readonly Visitor[]
  put(visitor: Visitor): void
  /** The bay is free; the car is on its way out. */
  release(visitor: Visitor): void
  leaving(): readonly Visitor[]
  changed(): void
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

/** Cars that may be on their way out at once; beyond it the first is simply gone. */
const leavingMax = 20
const sweepEveryMs = 1_000

export function createBays(log: Logger): Bays {
  const visitors = new Map<number, Visitor>()
  const listeners = new Set<() => void>()
  let leaving: readonly Visitor[] = []

  const forget = (gone: readonly Visitor[]) => {
    leaving = leaving.filter((visitor) => !gone.includes(visitor))
    for (const visitor of gone) {
      visitor.car.close().catch((error: unknown) => log.warn({ err: error }, 'car not closed'))
    }
  }
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const sweep = setInterval(() => {
    const gone = leaving.filter(({ car }) => car.isGone())
    if (gone.length === 0) return
    forget(gone)
    changed()
  }, sweepEveryMs)

  return {
    at: (fuellingPoint) => visitors.get(fuellingPoint) ?? null,
    mustBeAt: (fuellingPoint) => {
      const visitor = visitors.get(fuellingPoint)
      if (visitor !== undefined) return visitor
      throw new WorldError('no_car', `no car stands at fuelling point ${fuellingPoint}`)
    },
    all: () => [...visitors.values()],
    put: (visitor) => visitors.set(visitor.fuellingPoint, visitor),
    release: (visitor) => {
      visitors.delete(visitor.fuellingPoint)
      leaving = [...leaving, visitor]
      forget(leaving.slice(0, Math.max(0, leaving.length - leavingMax)))
    },
    leaving: () => leaving,
    changed,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      clearInterval(sweep)
      const all = [...visitors.values(), ...leaving]
      await Promise.all(all.map((visitor) => visitor.car.close()))
    },
  }
}
