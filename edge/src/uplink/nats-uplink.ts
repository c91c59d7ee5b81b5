import {
  AuthorisationAnswer,
  EventRefusal,
  type Receipt,
  ReceiptBatch,
  SettlementBatch,
  type StationEvent,
  subjects,
  toNatsAddress,
  type Uplink,
  type UplinkCall,
  UplinkError,
} from '@forecourt/contracts'
import { jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { z } from 'zod'
import { createReceiptInbox } from './receipt-inbox.ts'
import { readAnswer } from './refusal.ts'

/** Events sent and not yet receipted that we remember the attempts of. */
const attemptsMax = 1000
/** JetStream drops a repeated id for two minutes; from this attempt on an event gets a new one. */
const freshIdFromAttempt = 3

export type NatsUplinkDeps = {
  /** URLs; `user:password@` in the first that has them goes before `stationId` and `token`. */
  readonly servers: readonly string[]
  readonly stationId: string
  /** The station's password at a server whose user name for it is its id. */
  readonly token: string
}

/**
 * The uplink over NATS JetStream. The stream's own acknowledgement proves nothing about the
 * disk (Jepsen, NATS 2.12.1), so `send` waits for the cloud's receipts; one that got lost is
 * asked for again by sending the event again.
 *
 * Connects in the background and for ever: a station starts without a line.
 */
export function createNatsUplink(deps: NatsUplinkDeps): Uplink {
  const { stationId } = deps
  const inbox = createReceiptInbox()
  const attempts = new Map<string, number>()
  const closing = new AbortController()
  let connection: NatsConnection | null = null
  let opening: Promise<NatsConnection> | null = null

  async function open(): Promise<NatsConnection> {
    const opened = await connectAs(deps)
    if (closing.signal.aborted) {
      await opened.close()
      throw new UplinkError('uplink_down', 'closed')
    }
    connection = opened
    opened.subscribe(subjects.receipts(stationId), {
      callback: (error, message) => {
        const heard = error ? error : parseJson(message.string())
        const batch = ReceiptBatch.safeParse(heard)
        if (batch.success) inbox.deliver(batch.data.receipts)
        const refusal = EventRefusal.safeParse(heard)
        if (refusal.success) inbox.refuse(refusal.data)
      },
    })
    return opened
  }

  async function line(call: UplinkCall): Promise<NatsConnection> {
    if (closing.signal.aborted) throw new UplinkError('uplink_down', 'closed')
    if (connection && !connection.isClosed()) return connection
    opening ??= open().finally(() => {
      opening = null
    })
    return within(opening, call, closing.signal)
  }

  async function publish(event: StationEvent, call: UplinkCall): Promise<void> {
    const attempt = (attempts.get(event.eventId) ?? 0) + 1
    if (attempts.size >= attemptsMax) attempts.clear()
    attempts.set(event.eventId, attempt)
    const msgID = attempt < freshIdFromAttempt ? event.eventId : `${event.eventId}.${attempt}`
    const subject = subjects.event(stationId, event.fuellingPoint)
    const published = jetstream(await line(call)).publish(subject, JSON.stringify(event), {
      msgID,
      timeout: call.timeoutMs,
    })
    await within(published, call, closing.signal)
  }

  async function ask<T>(subject: string, body: unknown, schema: z.ZodType<T>, call: UplinkCall) {
    const nats = await line(call)
    const request = nats.request(subject, JSON.stringify(body), { timeout: call.timeoutMs })
    const reply = await within(request, call, closing.signal)
    return readAnswer(schema, parseJson(reply.string()))
  }

  return {
    kind: 'nats',
    async send(events, call) {
      const waiting = inbox.expect(events.map((event) => event.eventId))
      try {
        // One after the other, so that the stream holds them in the order they happened.
        for (const event of events) await publish(event, call)
        const receipts = await waiting.until(
          AbortSignal.any([call.signal, closing.signal]),
          call.timeoutMs,
        )
        forget(attempts, receipts)
        return receipts
      } finally {
        waiting.close()
      }
    },
    authorise: (request, call) =>
      ask(subjects.authorise(stationId), request, AuthorisationAnswer, call),
    settlements: async (query, call) =>
      (await ask(subjects.settlements(stationId), query, SettlementBatch, call)).settlements,
    async close() {
      closing.abort()
      await connection?.close()
    },
  }
}

function connectAs(deps: NatsUplinkDeps): Promise<NatsConnection> {
  return connect({
    user: deps.stationId,
    pass: deps.token,
    ...toNatsAddress(deps.servers),
    name: `station ${deps.stationId}`,
    inboxPrefix: subjects.inbox(deps.stationId),
    timeout: 5000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    pingInterval: 10_000,
  })
}

function forget(attempts: Map<string, number>, receipts: readonly Receipt[]): void {
  for (const { eventId } of receipts) attempts.delete(eventId)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // What is not JSON fails its schema, with a name.
  }
}

/** Waits no longer than the call allows, and tells every failure of the line as `uplink_down`. */
async function within<T>(work: Promise<T>, call: UplinkCall, closed: AbortSignal): Promise<T> {
  const signal = AbortSignal.any([call.signal, closed, AbortSignal.timeout(call.timeoutMs)])
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Error('no answer in time'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } catch (error) {
    if (error instanceof UplinkError) throw error
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const isRefused = /authorization|permissions/i.test(detail)
    throw new UplinkError(isRefused ? 'uplink_refused' : 'uplink_down', detail, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
