import { expect, onTestFinished, test } from 'vitest'
import { createModbusPump, encodeFields, loadProfile } from '../src/index.ts'
import { tornReadsMax } from '../src/modbus-pump.ts'
import { type ScriptedRequest, startScriptedServer } from './scripted-server.ts'

const idle = {
  mapVersion: 1,
  state: 3,
  unitPrice: 789,
  totaliser: 500_000,
  saleNumber: 65_535,
  saleNozzle: 1,
  saleVolume: 20_000,
  saleAmount: 15_780,
  saleUnitPrice: 789,
  saleEndReason: 1,
  saleTotaliser: 500_000,
}
const idleCompac = { unitPrice: 789, totaliser: 500_000 }

/** A controller whose registers the test changes at will; `intercept` may answer in its place. */
async function open(
  options: {
    readonly profile?: 'forecourt-v1' | 'compac-c5000'
    readonly gapRegistersMax?: number
    readonly intercept?: (request: ScriptedRequest, values: Record<string, number>) => boolean
  } = {},
) {
  const loaded = loadProfile(options.profile ?? 'forecourt-v1')
  const { gapRegistersMax = loaded.gapRegistersMax } = options
  const profile = { ...loaded, gapRegistersMax }
  const values: Record<string, number> = {
    ...Object.fromEntries(Object.keys(profile.fields).map((name) => [name, 0])),
    ...(profile.name === 'forecourt-v1' ? idle : idleCompac),
  }
  const requests: ScriptedRequest[] = []
  const server = await startScriptedServer((request) => {
    requests.push(request)
    if (options.intercept?.(request, values)) return
    const image = encodeFields(profile.fields, values)
    const registers = Array.from({ length: request.count }, (_, i) =>
      image.get(request.address + i),
    )
    request.answer(registers.map((register) => register ?? 0))
  })
  const driver = createModbusPump({
    controllerId: 'pump-a',
    line: { kind: 'modbus-tcp', host: '127.0.0.1', port: server.port },
    profile,
    fuellingPoints: [{ fuellingPoint: 4, unitId: 17, nozzles: [1, 2] }],
  })
  onTestFinished(async () => {
    await driver.close()
    await server.stop()
  })
  const call = () => ({ timeoutMs: 500, signal: AbortSignal.timeout(5_000) })
  const read = async () => (await driver.read(call()))[0]
  return { driver, values, requests, server, read, call }
}

test('one fuelling point costs one request, to its own unit', async () => {
  const { requests, read } = await open()
  const sale = { transactionNumber: 65_535, volumeMl: 20_000, amountFen: 15_780 }
  expect(await read()).toMatchObject({ fuellingPoint: 4, state: 'idle', lastSale: sale })
  expect(requests.map((r) => [r.unitId, r.functionCode, r.address, r.count])).toEqual([
    [17, 3, 0, 27],
  ])
})

test('a torn reading is read again, and the whole one is given', async () => {
  const { values, requests, read } = await open({
    intercept: (request, now) => {
      now['sequenceEnd'] = request.index < 3 ? 8 : 7
      return false
    },
  })
  values['sequence'] = 7
  expect(await read()).toMatchObject({ state: 'idle' })
  expect(requests).toHaveLength(3)
})

test('a reading that stays torn is garbled, after a bounded number of attempts', async () => {
  const { values, requests, read } = await open()
  values['sequence'] = 7
  await expect(read()).rejects.toMatchObject({ code: 'device_garbled' })
  expect(requests).toHaveLength(tornReadsMax)
})

test('a controller without a sequence is read until the sale stands still', async () => {
  const { read } = await open({
    profile: 'compac-c5000',
    intercept: ({ index }, now) => {
      // Three requests a reading. The new amount is there in the second, the volume in the third.
      const sale = { saleVolume: index > 6 ? 10_000 : 5_000, saleAmount: index > 3 ? 7_890 : 3_945 }
      Object.assign(now, { saleEnd: 1, ...sale })
      return false
    },
  })
  expect((await read())?.lastSale).toMatchObject({ volumeMl: 10_000, amountFen: 7_890 })
})

test('a device that refuses to read gaps is asked around them, and remembered', async () => {
  const bridges = ({ address, count }: ScriptedRequest) => address <= 109 && address + count > 109
  const { requests, read } = await open({
    profile: 'compac-c5000',
    gapRegistersMax: 20,
    intercept: (request) => {
      if (bridges(request)) request.refuse(2)
      return bridges(request)
    },
  })
  expect(await read()).toMatchObject({ state: 'idle', totaliserMl: 500_000 })
  expect(requests.filter(bridges)).toHaveLength(1)
  expect(await read()).toMatchObject({ state: 'idle', totaliserMl: 500_000 })
  expect(requests.filter(bridges)).toHaveLength(1)
})

test('a register that does not exist at all is a refusal that says which', async () => {
  const { read } = await open({
    intercept: (request) => {
      request.refuse(2)
      return true
    },
  })
  await expect(read()).rejects.toMatchObject({ code: 'device_refused' })
  await expect(read()).rejects.toThrow(/exception 2 for registers 0 to 0/)
})

test('a gateway that cannot reach the pump is a timeout, not a refusal', async () => {
  const { read } = await open({
    intercept: (request) => {
      request.refuse(11)
      return true
    },
  })
  await expect(read()).rejects.toMatchObject({ code: 'device_timeout' })
})

test('a nozzle that is not configured is garbled, and both sides are named', async () => {
  const { values, read } = await open()
  values['liftedNozzle'] = 3
  await expect(read()).rejects.toThrow(
    /garbled: fuelling point 4: shows nozzle 3; configured are 1, 2/,
  )
})

test('a value outside its type is garbled with the name of the field', async () => {
  const { read } = await open({
    profile: 'compac-c5000',
    intercept: (request) => {
      request.answer(Array.from({ length: request.count }, () => 0xffff))
      return true
    },
  })
  await expect(read()).rejects.toThrow(/garbled: totaliser: .* not binary-coded decimal/)
})

test('a command is one write, and done only when the controller names its number', async () => {
  const writes: ScriptedRequest[] = []
  let asked = 0
  const { driver, values, call } = await open({
    intercept: (request, now) => {
      if (request.functionCode === 16) {
        writes.push(request)
        request.raw(echoOf(request))
        return true
      }
      asked += writes.length
      if (asked === 3) Object.assign(now, { commandTaken: 1, commandResult: 1 })
      return false
    },
  })
  values['commandTaken'] = 65_535
  await driver.command({ type: 'lock', fuellingPoint: 4 }, call())
  expect(writes.map((w) => [w.unitId, w.address, w.count])).toEqual([[17, 64, 6]])
  expect(asked).toBe(3)
})

test('a command that is refused says why, in words', async () => {
  const { driver, call } = await open({
    intercept: (request, now) => {
      if (request.functionCode !== 16) return false
      Object.assign(now, { commandTaken: 1, commandResult: 2 })
      request.raw(echoOf(request))
      return true
    },
  })
  const refused = driver.command({ type: 'stop', fuellingPoint: 4 }, call())
  await expect(refused).rejects.toThrow('refused: stop: it is not in a state for that')
})

test('a command nobody acknowledges is a timeout: it is unknown whether it was taken', async () => {
  const { driver } = await open({
    intercept: (request) => {
      if (request.functionCode === 16) request.raw(echoOf(request))
      return request.functionCode === 16
    },
  })
  const call = { timeoutMs: 100, signal: AbortSignal.timeout(5_000) }
  const lost = driver.command({ type: 'stop', fuellingPoint: 4 }, call)
  await expect(lost).rejects.toMatchObject({ code: 'device_timeout' })
})

test('capabilities are those the profile has controls for', async () => {
  const compac = await open({ profile: 'compac-c5000' })
  expect([...compac.driver.capabilities].sort()).toEqual(['lock', 'set_price', 'unlock'])
})

/** The right answer to a write: where it began and how many registers. */
function echoOf(request: ScriptedRequest): Uint8Array {
  const frame = Buffer.alloc(12)
  frame.writeUInt16BE(request.transactionId, 0)
  frame.writeUInt16BE(6, 4)
  frame.writeUInt8(request.unitId, 6)
  frame.writeUInt8(16, 7)
  frame.writeUInt16BE(request.address, 8)
  frame.writeUInt16BE(request.count, 10)
  return frame
}
