import { expect, test } from 'vitest'
import { createMemoryPump } from '../src/index.ts'
import { describePumpDriver } from './pump-conformance.ts'

const open = () =>
  createMemoryPump({
    controllerId: 'pump-a',
    fuellingPoints: [
      {
        fuellingPoint: 1,
        nozzles: [{ nozzle: 1, unitPriceFenPerLitre: 789 }],
        totaliserMl: 50_000,
      },
      {
        fuellingPoint: 2,
        nozzles: [
          { nozzle: 1, unitPriceFenPerLitre: 789 },
          { nozzle: 2, unitPriceFenPerLitre: 839 },
        ],
        requiresAuthorisation: true,
        transactionNumber: 65_535,
      },
    ],
  })

describePumpDriver('the memory pump', async () => {
  const driver = open()
  return {
    driver,
    lift: driver.lift,
    deliver: async (fuellingPoint, volumeMl) => driver.deliver(fuellingPoint, volumeMl),
    hangUp: driver.hangUp,
    cutLine: async () => driver.cutLine(),
    dispose: () => driver.close(),
  }
})

const call = () => ({ timeoutMs: 100, signal: AbortSignal.timeout(1_000) })

test('the memory pump tells which commands it took, refused ones left out', async () => {
  const pump = open()
  await pump.command({ type: 'lock', fuellingPoint: 1 }, call())
  const refused = pump.command({ type: 'authorise', fuellingPoint: 1, preset: null }, call())
  await expect(refused).rejects.toMatchObject({ code: 'device_refused' })
  expect(pump.commands()).toEqual([{ type: 'lock', fuellingPoint: 1 }])
})

test('a mended line shows the sale that was made while it was cut', async () => {
  const pump = open()
  pump.cutLine()
  pump.lift(1, 1)
  pump.deliver(1, 4_000)
  pump.hangUp(1)
  pump.mendLine()
  const [reading] = await pump.read(call())
  expect(reading?.lastSale).toMatchObject({ volumeMl: 4_000, totaliserMl: 54_000 })
})
