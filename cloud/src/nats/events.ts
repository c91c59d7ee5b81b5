import { type Receipt, type ReceiptBatch, subjects, uplinkLimits } from '@forecourt/contracts'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { ProblemError } from '../http/problem-error.ts'
import type { Ingest } from '../ingest/index.ts'

/** Before the server gives a message again that the database could not take. */
const retryAfterMs = 1_000

type Deps = {
  readonly connection: NatsConnection
  readonly ingest: Ingest
  readonly log: Logger
}

/**
 * Takes what has been delivered: a database transaction for each station's events, then the
 * receipts, then the acknowledgements. Whatever fails in between comes again and is a duplicate.
 */
export async function takeEvents(deps: Deps, messages: readonly JsMsg[]): Promise<void> {
  const stations = Map.groupBy(messages, ({ subject }) => stationOf(subject))
  await Promise.all(
    [...stations].map(async ([stationId, ofStation]) => {
      for (let start = 0; start < ofStation.length; start += uplinkLimits.eventsPerBatchMax) {
        const batch = ofStation.slice(start, start + uplinkLimits.eventsPerBatchMax)
        await takeBatch(deps, stationId, batch)
      }
    }),
  )
}

async function takeBatch(
  { connection, ingest, log }: Deps,
  stationId: string,
  batch: readonly JsMsg[],
): Promise<void> {
  try {
    const receipts = await ingest(stationId, batch.map(toEvent))
    if (receipts.length > 0) publish(connection, stationId, receipts)
    // Without a receipt too: the gateway has the event and sends it again.
    for (const message of batch) message.ack()
  } catch (error) {
    // The gateway keeps its events either way; a message is only dropped when trying is useless.
    const isRefused = error instanceof ProblemError
    log.warn({ err: error, stationId, events: batch.length }, 'events not taken')
    for (const message of batch) isRefused ? message.term() : message.nak(retryAfterMs)
  }
}

function publish(connection: NatsConnection, stationId: string, receipts: readonly Receipt[]) {
  const body: ReceiptBatch = { receipts: [...receipts] }
  connection.publish(subjects.receipts(stationId), JSON.stringify(body))
}

/** The server lets a gateway publish on its own subjects only, so the subject says who spoke. */
function stationOf(subject: string): string {
  return subject.split('.')[2] ?? ''
}

function toEvent(message: JsMsg): unknown {
  try {
    return message.json()
  } catch {
    return message.string() // Not JSON: kept in quarantine as the text it is.
  }
}
