import { plateAcceptConfidence } from '@forecourt/contracts'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { type Rig, startRig } from './station-rig.ts'

/* The uplink is cut for 100 refuels and restored: all arrive, in order, and are charged once. */

const refuelsWhileCut = 100
let rig: Rig | null = null
afterEach(() => rig?.close())

/** One fuelling point's share, car after car; each is read before it goes, so that all can be charged. */
async function serve({ box, forecourt, until, arrive }: Rig, fuellingPoint: 1 | 2): Promise<void> {
  const point = async () =>
    (await box.edgeApi.station()).fuellingPoints.find((one) => one.fuellingPoint === fuellingPoint)
  for (let count = 0; count < refuelsWhileCut / 2; count++) {
    await arrive(fuellingPoint)
    await until('the plate', async () =>
      ((await point())?.identity.plates[0]?.confidence ?? 0) >= plateAcceptConfidence ? true : null,
    )
    forecourt.squeeze(fuellingPoint, 20_000 + 10 * count)
    await until('the tank to be full', () => {
      const { volumeMl, flowing } = box.pumps.figures(fuellingPoint)
      return volumeMl > 0 && !flowing ? true : null
    })
    const { volumeMl } = box.pumps.figures(fuellingPoint)
    forecourt.hangUp(fuellingPoint)
    await until('the gateway to store it', async () => {
      const now = await point()
      return now?.phase === 'idle' && now.lastRefuel?.volumeMl === volumeMl ? true : null
    })
    forecourt.driveOff(fuellingPoint)
  }
}

const uplinks = [
  { uplink: 'http', isThere: true },
  { uplink: 'nats', isThere: inject('natsServer') !== null },
] as const

describe.each(uplinks)('an uplink over $uplink', ({ uplink, isThere }) => {
  test.skipIf(!isThere)(
    `cut for ${refuelsWhileCut} refuels and restored, delivers each once and in order`,
    { timeout: 300_000 },
    async () => {
      rig = await startRig({ uplink, timeScale: 100 })
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
        'all to be decided',
        async () => {
          const known = await box.cloudApi.refuels({ stationId: box.stationId, after: 0 })
          return known.filter(({ ending }) => ending !== null).length === refuelsWhileCut
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
