import {
  DeviceError,
  Fen,
  FenPerLitre,
  FuellingPointReading,
  Millilitres,
  type PumpCommand,
  type PumpDriver,
  priceOf,
} from '@forecourt/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/**
 * A driver and the hands at its pump. Fuelling point 1 releases by itself and has nozzle 1 at
 * 7.89; fuelling point 2 wants an authorisation and has nozzles 1 at 7.89 and 2 at 8.39.
 */
type PumpFixture = {
  readonly driver: PumpDriver
  lift(fuellingPoint: number, nozzle: number): void
  /** Delivers so much and waits until it flowed; a preset may end it before. */
  deliver(fuellingPoint: number, volumeMl: number): Promise<void>
  hangUp(fuellingPoint: number): void
  cutLine(): Promise<void>
  dispose(): Promise<void>
}

const authorise = (preset: Extract<PumpCommand, { type: 'authorise' }>['preset']) =>
  ({ type: 'authorise', fuellingPoint: 2, preset }) as const

/** The promises of `PumpDriver`, kept by every implementation: call it from the driver's test. */
export function describePumpDriver(name: string, open: () => Promise<PumpFixture>) {
  describe(`${name} as a PumpDriver`, () => {
    let pump: PumpFixture
    beforeEach(async () => {
      pump = await open()
    })
    afterEach(() => pump.dispose())

    const call = () => ({ timeoutMs: 1_000, signal: AbortSignal.timeout(5_000) })
    const readPoint = async (fuellingPoint: number) => {
      const readings = await pump.driver.read(call())
      const reading = readings.find((r) => r.fuellingPoint === fuellingPoint)
      if (reading === undefined) throw new Error(`no reading of ${fuellingPoint}`)
      return reading
    }
    const order = (command: PumpCommand) => pump.driver.command(command, call())

    test('reads every fuelling point, in the words of the contract', async () => {
      const readings = await pump.driver.read(call())
      expect(readings.map((reading) => reading.fuellingPoint)).toEqual([1, 2])
      for (const reading of readings) FuellingPointReading.parse(reading)
      expect(readings[0]).toMatchObject({ state: 'idle', liftedNozzle: null, lastSale: null })
    })

    test('a whole refuel ends in a sale with the controller figures', async () => {
      const before = await readPoint(1)
      pump.lift(1, 1)
      expect(await readPoint(1)).toMatchObject({ state: 'started', liftedNozzle: 1, volumeMl: 0 })
      await pump.deliver(1, 12_340)
      const amountFen = priceOf(Millilitres.parse(12_340), FenPerLitre.parse(789))
      const shown = { volumeMl: 12_340, amountFen, unitPriceFenPerLitre: 789 }
      expect(await readPoint(1)).toMatchObject({ state: 'fuelling', lastSale: null, ...shown })
      pump.hangUp(1)
      const after = await readPoint(1)
      const totaliserMl = (before.totaliserMl ?? 0) + 12_340
      expect(after).toMatchObject({ state: 'idle', liftedNozzle: null, totaliserMl })
      expect(after.lastSale).toMatchObject({
        nozzle: 1,
        endReason: 'hung_up',
        ...shown,
        totaliserMl,
      })
    })

    test('a second sale has the next number and leaves the other fuelling point alone', async () => {
      const numbers: (number | null | undefined)[] = []
      for (const volumeMl of [1_000, 2_000]) {
        pump.lift(1, 1)
        await pump.deliver(1, volumeMl)
        pump.hangUp(1)
        numbers.push((await readPoint(1)).lastSale?.transactionNumber)
      }
      const [first, second] = numbers
      expect(second).toBe(((first ?? 0) % 0xffff) + 1)
      expect((await readPoint(2)).lastSale).toBeNull()
    })

    test('lifting and hanging up without fuel is no sale', async () => {
      pump.lift(1, 1)
      pump.hangUp(1)
      expect(await readPoint(1)).toMatchObject({ state: 'idle', lastSale: null })
    })

    test('a pump that wants an authorisation calls until it has one', async () => {
      pump.lift(2, 2)
      expect(await readPoint(2)).toMatchObject({ state: 'calling', liftedNozzle: 2 })
      await order(authorise(null))
      expect(['authorised', 'started']).toContain((await readPoint(2)).state)
      await pump.deliver(2, 5_000)
      expect(await readPoint(2)).toMatchObject({ state: 'fuelling', volumeMl: 5_000 })
    })

    test('a preset amount is never gone over, and reached to a meter step', async () => {
      pump.lift(2, 2)
      await order(authorise({ by: 'amount', amountFen: Fen.parse(5_000) }))
      await pump.deliver(2, 20_000)
      pump.hangUp(2)
      const { lastSale } = await readPoint(2)
      expect(lastSale?.endReason).toBe('preset')
      expect(lastSale?.amountFen).toBeLessThanOrEqual(5_000)
      expect(lastSale?.amountFen).toBeGreaterThan(5_000 - 9)
    })

    test('a preset volume ends the delivery there', async () => {
      pump.lift(2, 1)
      await order(authorise({ by: 'volume', volumeMl: Millilitres.parse(3_000) }))
      await pump.deliver(2, 20_000)
      expect(await readPoint(2)).toMatchObject({ state: 'suspended_fuelling', volumeMl: 3_000 })
    })

    test('an authorisation in the middle of a delivery is refused', async () => {
      pump.lift(1, 1)
      await pump.deliver(1, 1_000)
      const again = order({ type: 'authorise', fuellingPoint: 1, preset: null })
      await expect(again).rejects.toMatchObject({ code: 'device_refused' })
    })

    test('a preset of nothing is refused', async () => {
      const none = order(authorise({ by: 'amount', amountFen: Fen.parse(0) }))
      await expect(none).rejects.toMatchObject({ code: 'device_refused' })
    })

    test('a stop ends the flow, and what flowed is sold', async () => {
      pump.lift(1, 1)
      await pump.deliver(1, 2_000)
      await order({ type: 'stop', fuellingPoint: 1 })
      expect((await readPoint(1)).state).toBe('suspended_fuelling')
      pump.hangUp(1)
      const sale = { volumeMl: 2_000, endReason: 'remote_stop' }
      expect((await readPoint(1)).lastSale).toMatchObject(sale)
    })

    test('a locked pump calls when lifted and starts when unlocked', async () => {
      await order({ type: 'lock', fuellingPoint: 1 })
      pump.lift(1, 1)
      expect(await readPoint(1)).toMatchObject({ state: 'calling', locked: true })
      await order({ type: 'unlock', fuellingPoint: 1 })
      expect(await readPoint(1)).toMatchObject({ state: 'started', locked: false })
    })

    test('a new price holds for the next delivery', async () => {
      const unitPriceFenPerLitre = FenPerLitre.parse(801)
      await order({ type: 'set_price', fuellingPoint: 1, nozzle: 1, unitPriceFenPerLitre })
      pump.lift(1, 1)
      expect(await readPoint(1)).toMatchObject({ unitPriceFenPerLitre })
    })

    test('a command for a fuelling point of another controller is unsupported', async () => {
      const stray = order({ type: 'stop', fuellingPoint: 9 })
      await expect(stray).rejects.toMatchObject({ code: 'device_unsupported' })
    })

    test('a dead line is a device_timeout, not a hang', async () => {
      await pump.cutLine()
      const read = () => pump.driver.read({ timeoutMs: 200, signal: AbortSignal.timeout(5_000) })
      await expect(read()).rejects.toThrow(DeviceError)
      await expect(read()).rejects.toMatchObject({ code: 'device_timeout' })
      const lock = pump.driver.command({ type: 'lock', fuellingPoint: 1 }, call())
      await expect(lock).rejects.toMatchObject({ code: 'device_timeout' })
    })

    test('an aborted call ends as a device_timeout', async () => {
      const read = pump.driver.read({ timeoutMs: 1_000, signal: AbortSignal.abort() })
      await expect(read).rejects.toMatchObject({ code: 'device_timeout' })
    })

    test('close may be called twice, and ends reading', async () => {
      await pump.driver.close()
      await pump.driver.close()
      await expect(pump.driver.read(call())).rejects.toMatchObject({ code: 'device_timeout' })
    })
  })
}
