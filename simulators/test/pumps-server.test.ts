import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FuellingPointReading } from '@forecourt/contracts'
import { createModbusPump, loadProfile } from '@forecourt/drivers'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createPumpServer, type PumpServerOptions } from '../src/pumps/index.ts'
import { untilDelivered } from './pumps-wait.ts'

const nozzles = [{ nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 }]
const pumps = [1, 2].map((n) => {
  return { unitId: n, fuellingPoint: n, nozzles, requiresAuthorisation: false }
})

async function open(changes: Partial<PumpServerOptions> = {}) {
  const options = { host: '127.0.0.1', port: 0, profile: 'forecourt-v1', seed: 1, timeScale: 500 }
  const simulator = await createPumpServer({ ...options, pumps, ...changes })
  const driver = createModbusPump({
    controllerId: 'pump-a',
    line: { kind: 'modbus-tcp', host: '127.0.0.1', port: simulator.port },
    profile: loadProfile(changes.profile ?? 'forecourt-v1'),
    fuellingPoints: pumps.map(({ unitId, fuellingPoint }) => {
      return { unitId, fuellingPoint, nozzles: [1] }
    }),
  })
  onTestFinished(async () => {
    await driver.close()
    await simulator.close()
  })
  const read = async (): Promise<readonly FuellingPointReading[]> =>
    driver.read({ timeoutMs: 2_000, signal: AbortSignal.timeout(5_000) })
  return { simulator, driver, read }
}

test('every finished delivery is kept as the truth, and is the sale the controller shows', async () => {
  const { simulator, read } = await open({ controllerId: 'pump-a' })
  for (const fuellingPoint of [1, 2]) {
    simulator.lift(fuellingPoint, 1)
    await untilDelivered(simulator, fuellingPoint, 10_000 * fuellingPoint)
    simulator.hangUp(fuellingPoint)
  }
  const deliveries = simulator.deliveries()
  expect(deliveries.map((d) => [d.controllerId, d.fuellingPoint, d.volumeMl])).toEqual([
    ['pump-a', 1, 10_000],
    ['pump-a', 2, 20_000],
  ])
  const readings = await read()
  for (const [
    index,
    { controllerId: _, fuellingPoint, liftedAt, hungUpAt, ...counted },
  ] of deliveries.entries()) {
    expect(readings[index]).toMatchObject({ fuellingPoint, lastSale: counted })
    expect(liftedAt <= hungUpAt).toBe(true)
  }
})

test('a frozen controller answers late, and the driver reads nothing stale from it', async () => {
  const { simulator, driver, read } = await open()
  await read()
  simulator.freeze()
  const late = driver.read({ timeoutMs: 50, signal: AbortSignal.timeout(5_000) })
  await expect(late).rejects.toMatchObject({ code: 'device_timeout' })
  simulator.lift(1, 1)
  await untilDelivered(simulator, 1, 5_000)
  simulator.thaw()
  expect((await read())[0]).toMatchObject({ state: 'fuelling', volumeMl: 5_000 })
})

test('what a frozen controller was asked is answered when it thaws', async () => {
  const { simulator, read } = await open()
  simulator.freeze()
  const held = read()
  await sleep(100)
  simulator.thaw()
  expect(await held).toHaveLength(2)
})

test('without flow for too long a delivery is closed although nobody hangs up', async () => {
  const { simulator, read } = await open({ noFlowTimeoutMs: 50 })
  simulator.lift(1, 1)
  await untilDelivered(simulator, 1, 3_000)
  while (simulator.deliveries().length === 0) await sleep(10)
  const [reading] = await read()
  expect(reading).toMatchObject({ state: 'closed', liftedNozzle: 1 })
  expect(reading?.lastSale).toMatchObject({ volumeMl: 3_000, endReason: 'no_flow' })
  simulator.hangUp(1)
  expect((await read())[0]?.state).toBe('idle')
  expect(simulator.deliveries()).toHaveLength(1)
})

test('listeners hear what changed, until they stop listening', async () => {
  const { simulator } = await open()
  const heard: string[] = []
  const stop = simulator.onChange((figures) => heard.push(figures[0]?.state ?? ''))
  simulator.lift(1, 1)
  while (!heard.includes('started')) await sleep(10)
  stop()
  const count = heard.length
  simulator.hangUp(1)
  await sleep(120)
  expect(heard).toHaveLength(count)
})

test('the hands make no sense at an unknown pump, a missing nozzle or a lifted one', async () => {
  const { simulator } = await open()
  expect(() => simulator.lift(9, 1)).toThrow('no fuelling point 9')
  expect(() => simulator.lift(1, 4)).toThrow('no nozzle 4')
  expect(() => simulator.squeeze(1, { targetMl: null })).toThrow('no nozzle is lifted')
  simulator.lift(1, 1)
  expect(() => simulator.lift(1, 1)).toThrow('lifted already')
})

test('the same seed makes the same pumps', async () => {
  const [a, b, c] = await Promise.all([open(), open(), open({ seed: 2 })])
  expect(a.simulator.snapshot()).toEqual(b.simulator.snapshot())
  expect(a.simulator.snapshot()).not.toEqual(c.simulator.snapshot())
})

test('a pump whose meter is given goes on from there', async () => {
  const meter = { totaliserMl: 9_000_000, transactionNumber: 65_535 }
  const { simulator } = await open({ pumps: pumps.map((pump) => ({ ...pump, meter })) })
  simulator.lift(1, 1)
  await untilDelivered(simulator, 1, 2_000)
  simulator.hangUp(1)
  expect(simulator.deliveries()).toMatchObject([{ totaliserMl: 9_002_000, transactionNumber: 1 }])
})

test('a Compac map is served and read with the same figures', async () => {
  const { simulator, driver, read } = await open({ profile: 'compac-c5000' })
  simulator.lift(1, 1)
  expect((await read())[0]).toMatchObject({ state: 'calling', liftedNozzle: 1, lastSale: null })
  await untilDelivered(simulator, 1, 7_500)
  expect((await read())[0]).toMatchObject({ state: 'fuelling', volumeMl: 7_500 })
  simulator.hangUp(1)
  const [reading] = await read()
  const sale = { transactionNumber: null, volumeMl: 7_500, endReason: 'hung_up' }
  expect(reading).toMatchObject({ state: 'idle', lastSale: sale })
  expect(reading?.lastSale?.totaliserMl).toBe(simulator.deliveries()[0]?.totaliserMl)
  const call = { timeoutMs: 1_000, signal: AbortSignal.timeout(5_000) }
  await driver.command({ type: 'lock', fuellingPoint: 1 }, call)
  expect((await read())[0]?.locked).toBe(true)
  const authorise = { type: 'authorise', fuellingPoint: 1, preset: null } as const
  await expect(driver.command(authorise, call)).rejects.toMatchObject({
    code: 'device_unsupported',
  })
})

const mbpoll = inject('mbpoll')

describe.skipIf(mbpoll === null)('mbpoll, a Modbus master nobody of us wrote', () => {
  /** Registers as mbpoll prints them: `[7]: 12345`, addresses counted from 0 by `-0`. */
  const poll = async (port: number, from: number, count: number): Promise<readonly number[]> => {
    const where = ['-m', 'tcp', '-p', String(port), '-a', '1', '-0', '-1', '-t', '4:hex']
    const what = ['-r', String(from), '-c', String(count), '127.0.0.1']
    const { stdout } = await promisify(execFile)(mbpoll ?? '', [...where, ...what])
    return [...stdout.matchAll(/^\[\d+\]:\s+0x([0-9A-F]+)/gim)].map(([, hex]) =>
      Number.parseInt(hex ?? '', 16),
    )
  }

  test('reads the same sale from the simulated pump as the driver', async () => {
    const { simulator, read } = await open()
    simulator.lift(1, 1)
    await untilDelivered(simulator, 1, 65_540)
    simulator.hangUp(1)
    const [reading] = await read()
    const sale = await poll(simulator.port, 14, 12)
    const u32 = (at: number) => (sale[at] ?? 0) * 65_536 + (sale[at + 1] ?? 0)
    expect(sale).toHaveLength(12)
    expect(reading?.lastSale).toMatchObject({
      transactionNumber: sale[0],
      nozzle: sale[1],
      volumeMl: u32(2),
      amountFen: u32(4),
      unitPriceFenPerLitre: sale[6],
      totaliserMl: u32(8) * 2 ** 32 + u32(10),
    })
    expect(u32(2)).toBe(65_540)
  })

  test('is told that a register outside the map does not exist', async () => {
    const { simulator } = await open()
    await expect(poll(simulator.port, 29, 2)).rejects.toThrow(/Illegal data address/)
  })
})
