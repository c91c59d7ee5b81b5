import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { DeviceError } from '@forecourt/contracts'
import modbusSerial from 'modbus-serial'
import { createFrameCounter } from './modbus-frames.ts'

const ModbusRTU = modbusSerial.default

export type ModbusTable = 'holding' | 'input'

/** What a device may say to a request: its registers, or which exception. */
export type ModbusAnswer =
  | { readonly kind: 'registers'; readonly registers: readonly number[] }
  | { readonly kind: 'exception'; readonly code: number }

export type ModbusRequest =
  | {
      readonly kind: 'read'
      readonly unitId: number
      readonly table: ModbusTable
      readonly address: number
      readonly registers: number
    }
  | {
      readonly kind: 'write'
      readonly unitId: number
      readonly address: number
      readonly values: readonly number[]
    }

/**
 * One TCP connection and one client object that live and die together. After any failure the
 * connection is destroyed and must not be used again: `modbus-serial` numbers its requests in 8
 * bits and never forgets one, so an answer that comes late would be taken for a later request's.
 */
export type ModbusConnection = {
  readonly isAlive: () => boolean
  /** @throws {DeviceError} `device_timeout` or `device_garbled`; the connection is gone then. */
  exchange(request: ModbusRequest, signal: AbortSignal): Promise<ModbusAnswer>
  destroy(): void
}

/** @throws {DeviceError} `device_timeout` when nobody answers before `signal` fires. */
export async function openModbusConnection(
  deviceId: string,
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<ModbusConnection> {
  const socket = connect({ ...address, noDelay: true })
  // An error is always followed by close, which is where it is dealt with.
  socket.on('error', () => undefined)
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.destroy()
    const detail = `no connection to ${address.host}:${address.port}`
    throw new DeviceError('device_timeout', deviceId, detail, { cause: error })
  }
  return createModbusConnection(deviceId, socket)
}

async function createModbusConnection(deviceId: string, socket: Socket): Promise<ModbusConnection> {
  let alive = true
  let frames = 0
  let pending: { fail(error: DeviceError): void } | null = null
  const countFrames = createFrameCounter()

  const end = (error: DeviceError) => {
    alive = false
    socket.destroy()
    pending?.fail(error)
    pending = null
  }
  socket.on('close', () => end(new DeviceError('device_timeout', deviceId, 'the line closed')))
  // Heard before the client hears it, because it was put on first.
  socket.on('data', (chunk: Buffer) => {
    const count = countFrames(chunk)
    frames += count.frames
    if (count.garbled) end(new DeviceError('device_garbled', deviceId, 'not a Modbus answer'))
    else if (frames > 1 || pending === null) {
      end(new DeviceError('device_garbled', deviceId, 'an answer nobody asked for'))
    }
  })

  const client = new ModbusRTU()
  client.on('error', () => undefined)
  await client.linkTCP(socket, { port: 0 })

  const exchange = (request: ModbusRequest, signal: AbortSignal) =>
    new Promise<ModbusAnswer>((resolve, reject) => {
      const onAbort = () => end(new DeviceError('device_timeout', deviceId, 'no answer in time'))
      const stopListening = () => signal.removeEventListener('abort', onAbort)
      const own = {
        fail: (error: DeviceError) => {
          stopListening()
          reject(error)
        },
      }
      pending = own
      if (!alive || signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      frames = 0
      send(client, request, (error, answer) => {
        // The client calls an old request back again when its number comes a second time.
        if (pending !== own) return
        const outcome = toAnswer(request, error, answer)
        if (typeof outcome === 'string') {
          return end(new DeviceError('device_garbled', deviceId, outcome, { cause: error }))
        }
        pending = null
        stopListening()
        resolve(outcome)
      })
    })

  return {
    isAlive: () => alive,
    exchange,
    destroy: () => end(new DeviceError('device_timeout', deviceId, 'the line was closed')),
  }
}

type RawAnswer = {
  readonly data?: readonly number[]
  readonly address?: number
  readonly length?: number
}
type Callback = (error: unknown, answer: RawAnswer | undefined) => void

function send(client: modbusSerial.default, request: ModbusRequest, callback: Callback): void {
  const { unitId, address } = request
  switch (request.kind) {
    case 'read': {
      const { registers } = request
      if (request.table === 'holding') client.writeFC3(unitId, address, registers, callback)
      else client.writeFC4(unitId, address, registers, callback)
      return
    }
    case 'write':
      client.writeFC16(unitId, address, [...request.values], callback)
  }
}

/** The answer, or in words why it cannot be one to this request. */
function toAnswer(
  request: ModbusRequest,
  error: unknown,
  answer: RawAnswer | undefined,
): ModbusAnswer | string {
  if (error instanceof Error || answer === undefined) {
    const code = (error as { modbusCode?: unknown } | null)?.modbusCode
    return typeof code === 'number' ? { kind: 'exception', code } : String(error)
  }
  switch (request.kind) {
    case 'read': {
      const registers = answer.data ?? []
      if (registers.length === request.registers) return { kind: 'registers', registers }
      return `${registers.length} registers for ${request.registers}`
    }
    case 'write': {
      const isEcho = answer.address === request.address && answer.length === request.values.length
      return isEcho ? { kind: 'registers', registers: [] } : 'the echo is of another write'
    }
  }
}
