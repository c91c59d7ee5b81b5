import {
  EventId,
  type EventRefusal,
  type Receipt,
  type ReceiptBatch,
  subjects,
  uplinkLimits,
} from '@forecourt/contracts'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { z } from 'zod'
import { ProblemError } from '../http/problem-error.ts'
import type { Ingest } from '../ingest/index.ts'
import { messageBytesMax, takeFitting } from './fit.ts'

/** Before the server gives a message again that the database could not take. */
const retryAfterMs = 1_000

type Deps = {
  readonly connection: NatsConnection
  readonly ingest: Ingest
  readonly log: Logger
}

type Delivered = { readonly message: JsMsg; readonly event: unknown }

/**
 * Takes what has been delivered: a database transaction for each station's events, then the
 * receipts, then the acknowledgements. Whatever fails in between comes again and is a duplicate.
 *
 * Two gateways under one station are taken apart, so that the one refused costs the other nothing.
 */
export async function takeEvents(deps: Deps, messages: readonly JsMsg[]): Promise<void> {
  const delivered = messages.map((message) => ({ message, event: toEvent(message) }))
  const speakers = Map.groupBy(
    delivered,
    ({ message, event }) => `${stationOf(message.subject)} ${edgeIdOf(event)}`,
  )
  await Promise.all(
    [...speakers.values()].map(async (ofOne) => {
      for (let start = 0; start < ofOne.length; start += uplinkLimits.eventsPerBatchMax) {
        await takeBatch(deps, ofOne.slice(start, start + uplinkLimits.eventsPerBatchMax))
      }
    }),
  )
}

async function takeBatch(deps: Deps, batch: readonly Delivered[]): Promise<void> {
  const stationId = stationOf(batch[0]?.message.subject ?? '')
  const events = batch.map(({ event }) => event)
  try {
    const receipts = await deps.ingest(stationId, events)
    publishReceipts(deps.connection, stationId, receipts)
    // Without a receipt too: the gateway has the event and sends it again.
    for (const { message } of batch) message.ack()
  } catch (error) {
    deps.log.warn({ err: error, stationId, events: batch.length }, 'events not taken')
    try {
      giveBack(deps.connection, stationId, batch, error)
    } catch (broken) {
      // The line is closed. What is not acknowledged is given to another cloud, or to the next.
      deps.log.warn({ err: broken, stationId }, 'events not given back')
    }
  }
}

function giveBack(
  connection: NatsConnection,
  stationId: string,
  batch: readonly Delivered[],
  error: unknown,
): void {
  if (!(error instanceof ProblemError)) {
    for (const { message } of batch) message.nak(retryAfterMs)
    return
  }
  // Trying again is useless until a person acts; the gateway keeps its events and is told why.
  const events = batch.map(({ event }) => event)
  publishRefusal(connection, stationId, error, events)
  for (const { message } of batch) message.term()
}

function publishReceipts(
  connection: NatsConnection,
  stationId: string,
  receipts: readonly Receipt[],
): void {
  const bytesMax = messageBytesMax(connection)
  for (let rest = receipts; rest.length > 0; ) {
    const part = takeFitting(rest, bytesMax)
    const body: ReceiptBatch = { receipts: [...part] }
    connection.publish(subjects.receipts(stationId), JSON.stringify(body))
    rest = rest.slice(part.length)
  }
}

function publishRefusal(
  connection: NatsConnection,
  stationId: string,
  { code, message }: ProblemError,
  events: readonly unknown[],
): void {
  const eventIds = events.flatMap((event) => fieldOf(event, 'eventId', EventId) ?? [])
  const body: EventRefusal = { type: code, detail: message.slice(0, 500), eventIds }
  connection.publish(subjects.receipts(stationId), JSON.stringify(body))
}

/** The server lets a gateway publish on its own subjects only, so the subject says who spoke. */
function stationOf(subject: string): string {
  return subject.split('.')[2] ?? ''
}

/** Which gateway an event says it is from; empty when it does not, which ingest then refuses. */
function edgeIdOf(event: unknown): string {
  return fieldOf(event, 'edgeId', z.uuid()) ?? ''
}

function fieldOf(event: unknown, name: string, schema: z.ZodType<string>): string | null {
  const parsed = z.object({ [name]: schema }).safeParse(event)
  return parsed.data?.[name] ?? null
}

function toEvent(message: JsMsg): unknown {
  try {
    return message.json()
  } catch {
    return message.string() // Not JSON: kept in quarantine as the text it is.
  }
}
