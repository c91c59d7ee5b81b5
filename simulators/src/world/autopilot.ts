import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Box, MemberCard } from '../box/index.ts'
import { saleIdsOf } from '../judge/index.ts'
import { nextGuest } from '../scenarios/next-guest.ts'
import type { Random } from '../scenarios/random.ts'
import type { Forecourt } from './forecourt.ts'
import type { Observer } from './observer.ts'
import { membersOnSite } from './send-guest.ts'
import { WorldError } from './world.ts'

/** Lets cars come, fill and leave by themselves at every bay nobody else uses. */
export type Autopilot = {
  state(): 'on' | 'off'
  /** Off lets the cars on the site finish; no new ones come. */
  set(state: 'on' | 'off'): void
  /** Sees to it that every free bay has a guest coming. Called often. */
  beat(): void
  close(): Promise<void>
}

type Deps = {
  readonly box: Box
  readonly forecourt: Forecourt
  readonly observer: Observer
  readonly members: readonly MemberCard[]
  readonly send: (fuellingPoint: number, memberId: string | null) => Promise<void>
  readonly random: Random
  readonly timeScale: number
  readonly log: Logger
}

const lookEveryMs = 100
/** Simulated time a driver takes to get out, and to look at the receipt before he drives off. */
const humanMs = 4_000
/** Nobody waits longer at the pump, in wall time: for a release, a full tank or the receipt. */
const patienceMs = { arrive: 60_000, release: 20_000, fill: 180_000, receipt: 8_000 } as const

export function createAutopilot(deps: Deps): Autopilot {
  const { box, log } = deps
  const closing = new AbortController()
  const running = new Map<number, Promise<void>>()
  let state: 'on' | 'off' = 'off'
  let isFirst = true

  const begin = (fuellingPoint: number) => {
    const task = entertain(deps, { fuellingPoint, isFirst, signal: closing.signal })
      .catch((error: unknown) => {
        // Somebody at the dashboard took over this bay, or the world is closing: no harm done.
        if (closing.signal.aborted || error instanceof WorldError) return
        log.warn({ err: error, fuellingPoint }, 'autopilot gave up a visit')
      })
      .finally(() => running.delete(fuellingPoint))
    running.set(fuellingPoint, task)
  }
  return {
    state: () => state,
    set: (next) => {
      state = next
    },
    beat: () => {
      if (state === 'off' || closing.signal.aborted) return
      for (const { fuellingPoint } of box.points) {
        if (running.has(fuellingPoint) || isBusy(deps, fuellingPoint)) continue
        begin(fuellingPoint)
      }
      isFirst = false
    },
    close: async () => {
      closing.abort()
      await Promise.all(running.values())
    },
  }
}

function isBusy({ box, forecourt }: Deps, fuellingPoint: number): boolean {
  const isLifted = box.pumps.figures(fuellingPoint).nozzle !== null
  return isLifted || forecourt.visitorAt(fuellingPoint) !== null
}

/** One guest from the road to the road. */
async function entertain(
  deps: Deps,
  visit: {
    readonly fuellingPoint: number
    readonly isFirst: boolean
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { box, forecourt, members, random, timeScale } = deps
  const { fuellingPoint, signal } = visit
  const human = () => sleep(humanMs / timeScale, undefined, { signal })
  const until = (withinMs: number, isTrue: () => boolean) => wait({ withinMs, isTrue, signal })
  const point = box.points.find((candidate) => candidate.fuellingPoint === fuellingPoint)
  const onSite = membersOnSite(deps)
  const guest = nextGuest(random, {
    idleMemberIds: members.map((card) => card.memberId).filter((id) => !onSite.has(id)),
    nozzles: point?.nozzles.map(({ nozzle }) => nozzle) ?? [1],
    isFirst: visit.isFirst,
  })
  // The first cars of the day come at once, so that there is something to see.
  const pauseMs = visit.isFirst ? (fuellingPoint - 1) * 1_500 : guest.pauseMs
  await sleep(pauseMs / timeScale, undefined, { signal })
  await deps.send(fuellingPoint, guest.memberId)
  await until(patienceMs.arrive, () => forecourt.visitorAt(fuellingPoint)?.isParked !== false)
  await human()
  forecourt.lift(fuellingPoint, guest.nozzle)
  forecourt.squeeze(fuellingPoint, guest.targetMl)
  const figures = () => box.pumps.figures(fuellingPoint)
  const isReleased = await until(patienceMs.release, () => figures().volumeMl > 0)
  if (isReleased) await until(patienceMs.fill, () => !figures().flowing)
  await human()
  forecourt.hangUp(fuellingPoint)
  if (isReleased) await until(patienceMs.receipt, () => isSettled(deps, fuellingPoint))
  await human()
  forecourt.driveOff(fuellingPoint)
}

function isSettled({ forecourt, observer }: Deps, fuellingPoint: number): boolean {
  const last = forecourt.witnessed().findLast((one) => one.fuellingPoint === fuellingPoint)
  if (last === undefined) return true
  const saleIds = saleIdsOf(last)
  return observer
    .records()
    .some(({ saleId, ending }) => saleIds.includes(saleId) && ending !== null)
}

async function wait(watch: {
  readonly withinMs: number
  readonly isTrue: () => boolean
  readonly signal: AbortSignal
}): Promise<boolean> {
  const deadlineMs = performance.now() + watch.withinMs
  while (!watch.isTrue()) {
    if (performance.now() > deadlineMs) return false
    await sleep(lookEveryMs, undefined, { signal: watch.signal })
  }
  return true
}
