import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import {
  anyPorts,
  type BoxFuellingPoint,
  createBox,
  type MemberCard,
  type OwnBox,
} from '../src/box/index.ts'
import { judge, type Verdict } from '../src/judge/index.ts'
import { createForecourt, type Forecourt } from '../src/world/forecourt.ts'

/** A whole station as real processes, two postpay pumps of different makes, and its judge. */
export type Rig = {
  readonly box: OwnBox
  /** Where the station keeps its config, its secrets and everything else. */
  readonly dataDirectory: string
  readonly forecourt: Forecourt
  /** Waits for something, at most `withinMs`. @throws {Error} naming `what`. */
  until<T>(what: string, look: () => Promise<T | null> | T | null, withinMs?: number): Promise<T>
  /** The member of that bay drives up, unconnected, and lifts the nozzle. */
  arrive(fuellingPoint: number): Promise<void>
  judgeAll(): Promise<Verdict>
  close(): Promise<void>
}

const log = pino({ level: 'silent' })

const points: readonly BoxFuellingPoint[] = [
  {
    fuellingPoint: 1,
    controllerId: 'pump-a',
    profile: 'forecourt-v1',
    releaseMode: 'postpay',
    nozzles: [{ nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 }],
  },
  {
    fuellingPoint: 2,
    controllerId: 'pump-b',
    profile: 'compac-c5000',
    releaseMode: 'postpay',
    nozzles: [{ nozzle: 1, grade: '95', unitPriceFenPerLitre: 839 }],
  },
]

/** Two members by their plate alone: nothing but the picture tells who they are. */
export const members: readonly MemberCard[] = ['沪A13H25', '浙B7K905'].map((plate, index) => ({
  memberId: `m-${index + 1}`,
  displayName: `成员${index + 1}`,
  plate,
  vehicleId: `car-${index + 1}`,
  tankCapacityMl: null,
  grades: null,
  payment: { kind: 'stored_value' },
  openingFen: 10_000_000,
}))

export async function startRig(options: {
  readonly uplink: 'http' | 'nats'
  readonly timeScale: number
}): Promise<Rig> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'forecourt-rig-'))
  const box = await createBox({
    ...options,
    dataDirectory,
    stationId: 'rig-1',
    ports: anyPorts,
    points,
    members,
    seed: 7,
    databaseUrl: null,
    natsUrl: null,
    readEveryMs: 200,
    log,
    onUnexpectedEnd: () => undefined,
  })
  const forecourt = createForecourt({ box, timeScale: options.timeScale, log })
  return {
    box,
    dataDirectory,
    forecourt,
    until,
    arrive: (fuellingPoint) => arrive(forecourt, fuellingPoint),
    judgeAll: async () => {
      const refuels = await box.cloudApi.refuels({ stationId: box.stationId, after: 0 })
      const book = await box.sandboxApi.book()
      const audit = { book, before: refuels, after: refuels, contracts: new Map() }
      return judge({ deliveries: forecourt.witnessed(), refuels, audit })
    },
    close: async () => {
      await forecourt.close()
      await box.close()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

async function arrive(forecourt: Forecourt, fuellingPoint: number): Promise<void> {
  const member = members[fuellingPoint - 1] ?? null
  if (member === null) throw new Error(`no member for fuelling point ${fuellingPoint}`)
  const { plate } = member
  await forecourt.send({
    fuellingPoint,
    plate,
    member,
    connected: 'no',
    view: { kind: 'plate', plate },
    tankCapacityMl: 60_000,
    levelMl: 10_000,
  })
  forecourt.park(fuellingPoint)
  forecourt.lift(fuellingPoint, 1)
}

const untilDefaultMs = 20_000

async function until<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  withinMs = untilDefaultMs,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs
  while (performance.now() < deadlineMs) {
    const found = await look()
    if (found !== null) return found
    await sleep(50)
  }
  throw new Error(`waited ${withinMs} ms for: ${what}`)
}
