import type { StationSnapshot } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { members, type Rig, startRig } from './station-rig.ts'

/*
 * kill -9 of the gateway at five moments of one refuel, on two makes of pump at once: one that
 * numbers its transactions and one that does not. Nothing inside the gateway helps: the moments
 * are made from outside, by freezing it and by what the line to the cloud lets through.
 */

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ uplink: 'http', timeScale: 20 })
}, 90_000)
afterAll(() => rig?.close())

const both = [1, 2] as const
const deliveredMl = 12_340

type Point = StationSnapshot['fuellingPoints'][number]

async function station(): Promise<StationSnapshot | null> {
  return rig.box.edgeApi.station().catch(() => null)
}

/** Waits until both fuelling points are so. */
const untilBoth = (what: string, isSo: (point: Point) => boolean) =>
  rig.until(what, async () => {
    const points = (await station())?.fuellingPoints ?? []
    return points.length === both.length && points.every(isSo) ? points : null
  })

async function arriveAndLift(): Promise<void> {
  for (const fuellingPoint of both) await rig.arrive(fuellingPoint)
  await untilBoth('the lift', (point) => point.refuelId !== null)
}

const readPlates = () =>
  untilBoth('the plates', (point) => (point.identity.plates[0]?.frames ?? 0) >= 2)

async function fuel(): Promise<void> {
  for (const fuellingPoint of both) rig.forecourt.squeeze(fuellingPoint, deliveredMl)
  await untilBoth('fuel to flow', (point) => point.phase === 'fuelling')
}

const fill = () =>
  rig.until('the tanks to be full', () =>
    both.every((point) => !rig.box.pumps.figures(point).flowing) ? true : null,
  )

function hangUp(): void {
  for (const fuellingPoint of both) rig.forecourt.hangUp(fuellingPoint)
}

const refuels = () => rig.box.cloudApi.refuels({ stationId: rig.box.stationId, after: 0 })

type Moment = {
  readonly name: string
  /** Plays the visit and kills the gateway within it; the nozzles are hung up when it returns. */
  readonly play: (refuelsBefore: number) => Promise<void>
}

const { kill, restart } = {
  kill: () => rig.box.edge.kill('SIGKILL'),
  restart: () => rig.box.edge.restart(),
}

const moments: readonly Moment[] = [
  {
    name: 'after the lift',
    play: async () => {
      await arriveAndLift()
      await kill()
      await restart()
      await readPlates()
      await fuel()
      await fill()
      hangUp()
    },
  },
  {
    name: 'while fuelling',
    play: async () => {
      await arriveAndLift()
      await readPlates()
      await fuel()
      await kill()
      await restart()
      await fill()
      hangUp()
    },
  },
  {
    name: 'after the hang-up, before the outbox',
    play: async () => {
      await arriveAndLift()
      await readPlates()
      await fuel()
      await fill()
      // Frozen, it cannot see the hang-up; killed, it never will.
      await rig.box.edge.kill('SIGSTOP')
      hangUp()
      await kill()
      await restart()
    },
  },
  {
    name: 'after the outbox, before the uplink',
    play: async () => {
      await arriveAndLift()
      await readPlates()
      await fuel()
      await fill()
      rig.box.proxy.setMode('cut')
      hangUp()
      await untilBoth('the sales to be stored', (point) => point.lastRefuel?.ending === null)
      await kill()
      rig.box.proxy.setMode('pass')
      await restart()
    },
  },
  {
    name: 'after the publish, before the receipt',
    play: async (refuelsBefore) => {
      await arriveAndLift()
      await readPlates()
      await fuel()
      await fill()
      rig.box.proxy.setMode('hold_answers')
      hangUp()
      await rig.until('the cloud to have both', async () =>
        (await refuels()).length >= refuelsBefore + both.length ? true : null,
      )
      expect((await station())?.uplink.outboxDepth, 'no receipt has come').toBeGreaterThan(0)
      await kill()
      rig.box.proxy.setMode('pass')
      await restart()
    },
  },
]

describe('a gateway killed with -9', () => {
  test.each(moments)(
    '$name charges each refuel exactly once, at the pump’s amount',
    { timeout: 90_000 },
    async ({ play }) => {
      const before = await refuels()
      await play(before.length)
      const mine = await rig.until('both to be decided', async () => {
        const known = new Set(before.map((refuel) => refuel.saleId))
        const found = (await refuels()).filter(({ saleId }) => !known.has(saleId))
        return found.length >= both.length &&
          found.every(({ ending }) => ending !== null && ending !== 'pending')
          ? found
          : null
      })
      await rig.until('the outbox to be empty', async () =>
        (await station())?.uplink.outboxDepth === 0 ? true : null,
      )
      for (const fuellingPoint of both) {
        const truth = rig.forecourt
          .witnessed()
          .findLast((one) => one.fuellingPoint === fuellingPoint)
        expect(mine.find((refuel) => refuel.fuellingPoint === fuellingPoint)).toMatchObject({
          ending: 'charged',
          charges: 1,
          chargedFen: truth?.amountFen,
          amountFen: truth?.amountFen,
          volumeMl: truth?.volumeMl,
          memberId: members[fuellingPoint - 1]?.memberId,
        })
        rig.forecourt.driveOff(fuellingPoint)
      }
      expect(mine).toHaveLength(both.length)
    },
  )

  test('and over all five the judge finds nothing lost, doubled or wrong', async () => {
    expect(await rig.judgeAll()).toMatchObject({
      refuels: 10,
      lost: 0,
      doubleCharged: 0,
      wrongAmount: 0,
      wrongMember: 0,
    })
  })
})
