import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Box, MemberCard } from '../box/index.ts'
import { createRandom } from '../scenarios/random.ts'
import { type Autopilot, createAutopilot } from './autopilot.ts'
import { createForecourt } from './forecourt.ts'
import { createObserver } from './observer.ts'
import { createPayments } from './payments.ts'
import { openRefuelBook } from './refuel-book.ts'
import { sendGuest } from './send-guest.ts'
import { toSnapshot } from './snapshot.ts'
import { type World, type WorldAction, WorldError } from './world.ts'

export type WorldOptions = {
  readonly box: Box
  readonly members: readonly MemberCard[]
  readonly timeScale: number
  readonly seed: number
  readonly autopilot: 'on' | 'off'
  readonly log: Logger
}

/** How often parked cars and the autopilot are looked after. */
const beatEveryMs = 200

/** The live forecourt around a running box. Closing it leaves the box running. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { box, members, log } = options
  const startedAt = new Date().toISOString()
  const random = createRandom(options.seed)
  const book = await openRefuelBook(box)
  const forecourt = createForecourt(options)
  const payments = await createPayments({ box, members, log })
  const observer = createObserver({ box, book, forecourt, payments, log })
  const send = (fuellingPoint: number, memberId: string | null) =>
    sendGuest({ box, forecourt, members, random }, { fuellingPoint, memberId })
  const autopilot = createAutopilot({ ...options, forecourt, observer, send, random })
  if (options.autopilot === 'on') autopilot.set('on')

  let isOpen = false
  const beat = setInterval(() => {
    for (const { fuellingPoint } of box.points) parkArrived(forecourt, fuellingPoint)
    // Nobody fills up before the gateway was there once: new, it cannot know what it has missed.
    isOpen ||= observer.station() !== null
    if (isOpen) autopilot.beat()
  }, beatEveryMs)

  const parts = { box, forecourt, payments, observer, autopilot, send }
  return {
    snapshot: () => toSnapshot({ ...parts, members, startedAt, now: new Date().toISOString() }),
    onChange: (listener) => {
      const stops = [forecourt.onChange(listener), observer.onChange(listener)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    act: async (action) => {
      await act(parts, action)
      observer.changed()
    },
    close: async () => {
      clearInterval(beat)
      await autopilot.close()
      await hangUpAll(parts)
      await observer.close()
      await forecourt.close()
    },
  }
}

type Parts = {
  readonly box: Box
  readonly forecourt: ReturnType<typeof createForecourt>
  readonly payments: Awaited<ReturnType<typeof createPayments>>
  readonly observer: ReturnType<typeof createObserver>
  readonly autopilot: Autopilot
  readonly send: (fuellingPoint: number, memberId: string | null) => Promise<void>
}

function parkArrived(forecourt: Parts['forecourt'], fuellingPoint: number): void {
  const visitor = forecourt.visitorAt(fuellingPoint)
  if (visitor === null || visitor.isParked) return
  if (visitor.car.state().driving === 'standing') forecourt.park(fuellingPoint)
}

async function act(parts: Parts, action: WorldAction): Promise<void> {
  const { box, forecourt } = parts
  switch (action.type) {
    case 'send_car':
      return parts.send(action.fuellingPoint, action.memberId)
    case 'lift':
      return forecourt.lift(action.fuellingPoint, action.nozzle)
    case 'squeeze': {
      const targetMl = action.litres === undefined ? null : Math.round(action.litres * 1_000)
      return forecourt.squeeze(action.fuellingPoint, targetMl)
    }
    case 'hang_up':
      return forecourt.hangUp(action.fuellingPoint)
    case 'drive_off':
      return forecourt.driveOff(action.fuellingPoint)
    case 'set_autopilot':
      return parts.autopilot.set(action.autopilot)
    case 'set_uplink':
      return box.proxy.setMode(action.uplink === 'up' ? 'pass' : 'cut')
    case 'set_behaviour':
      return parts.payments.setBehaviour(action.memberId, action.behaviour)
    case 'restart_edge':
      return restartEdge(parts)
  }
}

/** Longer than a poll of the pumps and a look at the gateway together. */
const lookAfterMs = 500
const closingWithinMs = 3_000
const closingLookMs = 50

/**
 * Nobody leaves a nozzle lifted when the lights go out: every delivery is closed, and the
 * gateway gets the time to see it. A gateway that is away will find it later.
 */
async function hangUpAll({ box, forecourt, observer }: Parts): Promise<void> {
  const lifted = box.points.filter(({ fuellingPoint }) => isLifted(box, fuellingPoint))
  for (const { fuellingPoint } of lifted) forecourt.hangUp(fuellingPoint)
  const deadlineMs = performance.now() + closingWithinMs
  const isOver = () =>
    observer.station()?.fuellingPoints.every(({ phase }) => phase === 'idle') ?? true
  // The station's next word is about the pumps as they are now.
  if (lifted.length > 0) await sleep(lookAfterMs)
  while (!isOver() && performance.now() < deadlineMs) await sleep(closingLookMs)
}

function isLifted(box: Box, fuellingPoint: number): boolean {
  return box.pumps.figures(fuellingPoint).nozzle !== null
}

const restarting = new WeakSet<Box>()

async function restartEdge({ box }: Parts): Promise<void> {
  if (box.edge === null) {
    const detail = 'the gateway runs elsewhere: restart it there (docker compose restart edge)'
    throw new WorldError('edge_elsewhere', detail)
  }
  if (restarting.has(box)) {
    throw new WorldError('edge_restarting', 'the gateway is restarting already')
  }
  restarting.add(box)
  try {
    await box.edge.restart()
  } finally {
    restarting.delete(box)
  }
}
