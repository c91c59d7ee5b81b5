import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createModbusPump, encodeFields, loadProfile } from '../src/index.ts'

const python = inject('pymodbusPython')
const compac = loadProfile('compac-c5000')

/** Starts the Compac that pymodbus serves as unit 5; `set` writes our values into its registers. */
async function startCompac(program: string) {
  const child = spawn(program, [`${import.meta.dirname}/peers/compac_server.py`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const ready = String((await lines.next()).value)
  const port = Number(/^ready (\d+)$/.exec(ready)?.[1])
  const set = async (values: Record<string, number>) => {
    const registers = Object.fromEntries(encodeFields(compac.fields, values))
    child.stdin.write(`${JSON.stringify(registers)}\n`)
    await lines.next()
  }
  return { port, set }
}

async function open(program: string, gapRegistersMax: number) {
  const { port, set } = await startCompac(program)
  await set({ unitPrice: 789, totaliser: 123_456_780 })
  const driver = createModbusPump({
    controllerId: 'compac',
    line: { kind: 'modbus-tcp', host: '127.0.0.1', port },
    profile: { ...compac, gapRegistersMax },
    fuellingPoints: [{ fuellingPoint: 1, unitId: 5, nozzles: [1] }],
  })
  onTestFinished(() => driver.close())
  const call = () => ({ timeoutMs: 2_000, signal: AbortSignal.timeout(10_000) })
  return { set, driver, call, read: async () => (await driver.read(call()))[0] }
}

describe.skipIf(python === null)('a Compac served by pymodbus', () => {
  test('is read as the manual says, sale and totaliser included', async () => {
    const { set, read } = await open(python ?? '', 8)
    expect(await read()).toMatchObject({
      state: 'idle',
      unitPriceFenPerLitre: 789,
      totaliserMl: 123_456_780,
      lastSale: null,
    })
    await set({ hoseLifted: 1, delivering: 1, fault: 0, volume: 66_000, amount: 52_074 })
    expect(await read()).toMatchObject({ state: 'fuelling', volumeMl: 66_000, amountFen: 52_074 })
    const sale = { saleEnd: 2, saleVolume: 70_000, saleAmount: 55_230 }
    await set({ hoseLifted: 0, delivering: 0, fault: 0, totaliser: 123_526_780, ...sale })
    expect((await read())?.lastSale).toEqual({
      transactionNumber: null,
      nozzle: 1,
      volumeMl: 70_000,
      unitPriceFenPerLitre: 789,
      amountFen: 55_230,
      endReason: 'preset',
      totaliserMl: 123_526_780,
    })
  })

  test('takes a lock and a price, and shows the lock', async () => {
    const { driver, call, read } = await open(python ?? '', 8)
    await driver.command({ type: 'lock', fuellingPoint: 1 }, call())
    expect(await read()).toMatchObject({ locked: true })
    await driver.command({ type: 'unlock', fuellingPoint: 1 }, call())
    expect(await read()).toMatchObject({ locked: false })
  })

  test('refuses holes in its map, and is read around them from then on', async () => {
    const { read } = await open(python ?? '', 100)
    expect(await read()).toMatchObject({ state: 'idle', totaliserMl: 123_456_780 })
    expect(await read()).toMatchObject({ state: 'idle', totaliserMl: 123_456_780 })
  })
})
