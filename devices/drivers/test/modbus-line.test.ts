import { DeviceError } from '@forecourt/contracts'
import { expect, onTestFinished, test } from 'vitest'
import { createModbusLine, requestsWaitingMax } from '../src/modbus-line.ts'
import { type ScriptedRequest, startScriptedServer } from './scripted-server.ts'

/** Every register holds its own address, so that a value tells which request it belongs to. */
const honest = (request: ScriptedRequest) => {
  request.answer(Array.from({ length: request.count }, (_, i) => request.address + i))
}

async function open(onRequest: (request: ScriptedRequest) => void) {
  const server = await startScriptedServer(onRequest)
  const line = createModbusLine({
    deviceId: 'pump-a',
    host: '127.0.0.1',
    port: server.port,
    random: () => 0,
  })
  onTestFinished(async () => {
    await line.close()
    await server.stop()
  })
  const read = (address: number, registers: number, timeoutMs = 1_000) =>
    line.send(
      { kind: 'read', unitId: 1, table: 'holding', address, registers },
      { timeoutMs, signal: AbortSignal.timeout(10_000) },
    )
  return { server, line, read }
}

const registers = (...values: number[]) => ({ kind: 'registers', registers: values })

test('a reply that comes late never becomes the next reading', async () => {
  let late: ScriptedRequest | null = null
  const { server, read } = await open((request) => {
    if (request.index === 1) {
      late = request
      return
    }
    if (late !== null) honest(late)
    honest(request)
  })
  await expect(read(100, 2, 50)).rejects.toMatchObject({ code: 'device_timeout' })
  for (let address = 200; address < 210; address++) {
    expect(await read(address, 2)).toEqual(registers(address, address + 1))
  }
  expect(server.connections()).toBe(2)
})

test('nor does it 256 requests later, when the request number comes round again', async () => {
  let late: ScriptedRequest | null = null
  const { read } = await open((request) => {
    if (request.index === 1) late = request
    else if (request.index === 258 && late !== null) {
      honest(late)
      honest(request)
    } else honest(request)
  })
  await expect(read(100, 1, 50)).rejects.toMatchObject({ code: 'device_timeout' })
  for (let i = 0; i < 300; i++) expect(await read(1_000 + i, 1)).toEqual(registers(1_000 + i))
})

test('an answer under another number, then the right one, is not believed', async () => {
  const { server, read } = await open((request) => {
    if (request.index === 2) request.answer([666], { transactionId: request.transactionId - 1 })
    honest(request)
  })
  expect(await read(10, 1)).toEqual(registers(10))
  await expect(read(20, 1)).rejects.toMatchObject({ code: 'device_garbled' })
  expect(await read(30, 1)).toEqual(registers(30))
  expect(server.connections()).toBe(2)
})

test('a device that answers everything twice is never believed the second time', async () => {
  const { read } = await open((request) => {
    honest(request)
    request.answer([666])
  })
  for (let address = 1; address <= 5; address++) {
    const outcome = await read(address, 1).catch((error: unknown) => error)
    if (outcome instanceof DeviceError) expect(outcome.code).toBe('device_garbled')
    else expect(outcome).toEqual(registers(address))
  }
})

test('too few registers in the answer are garbled and cost the connection', async () => {
  const { server, read } = await open((request) => {
    if (request.index === 1) request.answer([1])
    else honest(request)
  })
  await expect(read(10, 2)).rejects.toMatchObject({ code: 'device_garbled' })
  expect(await read(10, 2)).toEqual(registers(10, 11))
  expect(server.connections()).toBe(2)
})

test('bytes that are not Modbus are garbled at once', async () => {
  const { read } = await open((request) => {
    if (request.index === 1) request.raw(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))
    else honest(request)
  })
  await expect(read(10, 1)).rejects.toMatchObject({ code: 'device_garbled' })
  expect(await read(10, 1)).toEqual(registers(10))
})

test('a connection cut in the middle of a request ends it, and the next one works', async () => {
  const { read } = await open((request) => {
    if (request.index === 1) request.hangUp()
    else honest(request)
  })
  await expect(read(10, 1)).rejects.toMatchObject({ code: 'device_timeout' })
  expect(await read(10, 1)).toEqual(registers(10))
})

test('a Modbus exception is an answer and keeps the connection', async () => {
  const { server, read } = await open((request) => {
    if (request.index === 1) request.refuse(2)
    else honest(request)
  })
  expect(await read(10, 1)).toEqual({ kind: 'exception', code: 2 })
  expect(await read(10, 1)).toEqual(registers(10))
  expect(server.connections()).toBe(1)
})

test('only one request is on the wire at a time, in the order asked', async () => {
  const open_: ScriptedRequest[] = []
  const seen: number[] = []
  const { read } = await open((request) => {
    open_.push(request)
    expect(open_).toHaveLength(1)
    seen.push(request.address)
    setImmediate(() => {
      open_.pop()
      honest(request)
    })
  })
  const addresses = [5, 3, 9, 1]
  const answers = await Promise.all(addresses.map((address) => read(address, 1)))
  expect(answers).toEqual(addresses.map((address) => registers(address)))
  expect(seen).toEqual(addresses)
})

test('the queue is bounded: one request too many is refused, the others are answered', async () => {
  const { read } = await open(honest)
  const answers = Array.from({ length: requestsWaitingMax + 2 }, (_, i) => read(i, 1))
  const outcomes = await Promise.allSettled(answers)
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(refused[0]?.reason).toMatchObject({ code: 'device_timeout' })
})

test('closing ends what is in flight and what waits', async () => {
  const { line, read } = await open(() => undefined)
  const pending = [read(1, 1), read(2, 1)]
  const outcomes = Promise.allSettled(pending)
  await line.close()
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'device_timeout' } })
  }
})

test('a request waiting behind a slow one ends in its own time', async () => {
  const { read } = await open(() => undefined)
  const slow = read(1, 1, 5_000).catch(() => 'slow')
  const first = await Promise.race([slow, read(2, 1, 50).catch(() => 'quick')])
  expect(first).toBe('quick')
})

test('more than Modbus carries is a mistake of the caller', async () => {
  const { read } = await open(honest)
  expect(() => read(0, 126)).toThrow(RangeError)
  expect(await read(0, 125)).toMatchObject({ kind: 'registers' })
})

test('a line nobody answers is tried less and less often, and comes back by itself', async () => {
  const { server, read } = await open(honest)
  expect(await read(10, 1)).toEqual(registers(10))
  await server.stop()
  for (let attempt = 0; attempt < 6; attempt++) {
    await expect(read(10, 1, 30)).rejects.toMatchObject({ code: 'device_timeout' })
  }
  await expect(read(10, 1, 1)).rejects.toThrow(/waiting before the next attempt/)
  const mended = await startScriptedServer(honest, server.port)
  expect(await read(10, 1, 10_000)).toEqual(registers(10))
  await mended.stop()
})
