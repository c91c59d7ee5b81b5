import { setTimeout as sleep } from 'node:timers/promises'
import { type DeviceCall, DeviceError } from '@forecourt/contracts'
import { backoffMs } from './backoff.ts'
import {
  type ModbusAnswer,
  type ModbusConnection,
  type ModbusRequest,
  openModbusConnection,
} from './modbus-connection.ts'
import { readRegistersMax } from './plan.ts'

/** Requests that may wait for their turn. One more is refused at once with `device_timeout`. */
export const requestsWaitingMax = 64
/** The Modbus limit of one write (V1.1b3, section 6.12). */
const writeRegistersMax = 123

/**
 * A Modbus TCP line shared by the unit ids behind it: one request in flight, the others wait in
 * turn. It connects when first asked, and again after any failure, with a bounded wait between.
 */
export type ModbusLine = {
  /**
   * Sends one request within the call's time, waiting and connecting included.
   *
   * @throws {DeviceError} `device_timeout` or `device_garbled`. A Modbus exception is an answer.
   */
  send(request: ModbusRequest, call: DeviceCall): Promise<ModbusAnswer>
  /** Ends everything in flight or waiting with `device_timeout`. Idempotent. */
  close(): Promise<void>
}

export function createModbusLine(deps: LineOptions): ModbusLine {
  const { deviceId } = deps
  const closing = new AbortController()
  const connections = createConnections(deps)
  const waiting: Waiting[] = []
  let working: Promise<void> | null = null

  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      next.stopWaiting()
      await connections.exchange(next.request, next.signal).then(next.resolve, next.reject)
    }
    working = null
  }

  return {
    send: (request, call) => {
      checkSize(request)
      if (waiting.length >= requestsWaitingMax) {
        const detail = `${requestsWaitingMax} requests are waiting already`
        return Promise.reject(new DeviceError('device_timeout', deviceId, detail))
      }
      const timeout = AbortSignal.timeout(call.timeoutMs)
      const signal = AbortSignal.any([call.signal, closing.signal, timeout])
      const answer = enqueue(deviceId, waiting, request, signal)
      if (working === null && waiting.length > 0) working = work()
      return answer
    },
    close: async () => {
      closing.abort()
      connections.close()
      await working
    },
  }
}

type LineOptions = {
  readonly deviceId: string
  readonly host: string
  readonly port: number
  /** A number from 0 to 1 for the jitter of the back-off. */
  readonly random?: () => number
}

type Waiting = {
  readonly request: ModbusRequest
  readonly signal: AbortSignal
  readonly resolve: (answer: ModbusAnswer) => void
  readonly reject: (error: unknown) => void
  readonly stopWaiting: () => void
}

/** Puts a request in line; it leaves the line by itself when its time ends before its turn. */
function enqueue(
  deviceId: string,
  waiting: Waiting[],
  request: ModbusRequest,
  signal: AbortSignal,
): Promise<ModbusAnswer> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      const index = waiting.indexOf(entry)
      if (index !== -1) waiting.splice(index, 1)
      const detail = 'the time ended before its turn came'
      reject(new DeviceError('device_timeout', deviceId, detail, { cause: signal.reason }))
    }
    const stopWaiting = () => signal.removeEventListener('abort', leave)
    const entry: Waiting = { request, signal, resolve, reject, stopWaiting }
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    waiting.push(entry)
  })
}

/** The one live connection, made anew after any failure, with a bounded wait between attempts. */
function createConnections({ deviceId, host, port, random = Math.random }: LineOptions) {
  let connection: ModbusConnection | null = null
  let failures = 0
  let nextAttemptAtMs = 0

  const attempt = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      failures += 1
      nextAttemptAtMs = performance.now() + backoffMs(failures, random())
      throw error
    }
  }
  const connected = async (signal: AbortSignal): Promise<ModbusConnection> => {
    if (connection?.isAlive()) return connection
    await untilAttempt(deviceId, nextAttemptAtMs, signal)
    connection = await attempt(() => openModbusConnection(deviceId, { host, port }, signal))
    return connection
  }

  return {
    exchange: async (request: ModbusRequest, signal: AbortSignal): Promise<ModbusAnswer> => {
      const live = await connected(signal)
      const answer = await attempt(() => live.exchange(request, signal))
      failures = 0
      return answer
    },
    close: () => connection?.destroy(),
  }
}

/** Waits out the back-off, or gives up when the call's time ends first. */
async function untilAttempt(deviceId: string, atMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = atMs - performance.now()
  if (waitMs <= 0) return
  try {
    await sleep(waitMs, undefined, { signal })
  } catch (error) {
    const detail = 'the line is down; waiting before the next attempt'
    throw new DeviceError('device_timeout', deviceId, detail, { cause: error })
  }
}

function checkSize(request: ModbusRequest): void {
  const [count, max] =
    request.kind === 'read'
      ? [request.registers, readRegistersMax]
      : [request.values.length, writeRegistersMax]
  if (count < 1 || count > max) throw new RangeError(`${count} registers; Modbus takes 1 to ${max}`)
}
