import { afterEach, describe, expect, inject, test } from 'vitest'
import { visit } from '../src/world/visit.ts'
import { members, type Rig, startRig } from './station-rig.ts'

/* The uplink is cut for 100 refuels and restored: all arrive, in order, and are charged once. */

const refuelsWhileCut = 100
let rig: Rig | null = null
afterEach(() => rig?.close())

/** One fuelling point's share, car after car. */
async function serve({ box, forecourt }: Rig, fuellingPoint: 1 | 2): Promise<void> {
  const member = members[fuellingPoint - 1] ?? null
  if (member === null) throw new Error(`no member for fuelling point ${fuellingPoint}`)
  const { plate } = member
  for (let count = 0; count < refuelsWhileCut / 2; count++) {
    const outcome = await visit(
      { box, forecourt },
      {
        fuellingPoint,
        nozzle: 1,
        plate,
        member,
        connected: 'no',
        view: { kind: 'plate', plate },
        tankCapacityMl: 60_000,
        levelMl: 5_000,
        targetMl: 20_000 + 10 * count,
      },
      { onStep: () => undefined, signal: AbortSignal.timeout(60_000) },
    )
    expect(outcome.kind).toBe('fuelled')
    await rig?.until('the gateway to store it', async () => {
      const point = (await box.edgeApi.station()).fuellingPoints.find(
        (one) => one.fuellingPoint === fuellingPoint,
      )
      return point?.phase === 'idle' && point.lastRefuel?.volumeMl === outcome.volumeMl
        ? true
        : null
    })
    forecourt.driveOff(fuellingPoint)
  }
}

const uplinks = [
  { uplink: 'http', natsUrl: null },
  { uplink: 'nats', natsUrl: inject('natsUrl') },
] as const

describe.each(uplinks)('an uplink over $uplink', ({ uplink, natsUrl }) => {
  test.skipIf(uplink === 'nats' && natsUrl === null)(
    `cut for ${refuelsWhileCut} refuels and restored, delivers each once and in order`,
    { timeout: 300_000 },
    async () => {
      rig = await startRig({ uplink, natsUrl, timeScale: 60 })
      const { box, until } = rig
      box.proxy.setMode('cut')
      await Promise.all([serve(rig, 1), serve(rig, 2)])
      expect((await box.edgeApi.station()).uplink).toMatchObject({ online: false })
      expect((await box.edgeApi.station()).uplink.outboxDepth).toBeGreaterThanOrEqual(
        refuelsWhileCut,
      )
      expect(await box.cloudApi.refuels({ stationId: box.stationId, after: 0 })).toEqual([])

      box.proxy.setMode('pass')
      const refuels = await until(
        'all to be charged',
        async () => {
          const known = await box.cloudApi.refuels({ stationId: box.stationId, after: 0 })
          return known.filter(({ ending }) => ending === 'charged').length === refuelsWhileCut
            ? known
            : null
        },
        60_000,
      )
      await until('the outbox to be empty', async () =>
        (await box.edgeApi.station()).uplink.outboxDepth === 0 ? true : null,
      )
      for (const fuellingPoint of [1, 2]) {
        const arrived = refuels.filter((refuel) => refuel.fuellingPoint === fuellingPoint)
        const endings = arrived.map(({ endedAt }) => Date.parse(endedAt))
        expect(endings, 'in the order they ended').toEqual(endings.toSorted((a, b) => a - b))
        expect(arrived).toHaveLength(refuelsWhileCut / 2)
      }
      expect(await rig.judgeAll()).toMatchObject({
        refuels: refuelsWhileCut,
        charged: refuelsWhileCut,
        lost: 0,
        doubleCharged: 0,
        wrongAmount: 0,
        wrongMember: 0,
      })
    },
  )
})
