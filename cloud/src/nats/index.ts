import { setTimeout as sleep } from 'node:timers/promises'
import { toNatsAddress } from '@forecourt/contracts'
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Authorise } from '../authorisations/index.ts'
import type { Ingest } from '../ingest/index.ts'
import type { SettlementPoll } from '../settlements/index.ts'
import { answerAsks } from './asks.ts'
import { takeEvents } from './events.ts'
import { openConsumer, pendingMax } from './stream.ts'

/** Pause before the stream is opened again after it failed. */
const reopenAfterMs = 1_000

type Deps = {
  /** May carry `user:password@`. */
  readonly url: string
  readonly ingest: Ingest
  readonly authorise: Authorise
  readonly poll: SettlementPoll
  readonly log: Logger
}

export type StationLine = {
  /** Whether events are being taken. */
  isUp(): boolean
  /** Takes no more, finishes what it has, and closes. */
  close(): Promise<void>
}

/** Serves stations over NATS. Connects in the background and for ever: HTTP works meanwhile. */
export function connectStations(deps: Deps): StationLine {
  const stopping = new AbortController()
  let connection: NatsConnection | null = null
  let messages: ConsumerMessages | null = null

  const pause = () =>
    sleep(reopenAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined)

  /** Takes events for as long as this connection lives. */
  const serve = async (live: NatsConnection) => {
    answerAsks({ ...deps, connection: live, stopping: stopping.signal })
    while (!stopping.signal.aborted && !live.isClosed()) {
      try {
        const consumer = await openConsumer(live)
        messages = await consumer.consume({ max_messages: pendingMax })
        deps.log.info('taking events from nats')
        await drain(messages, (batch) => takeEvents({ ...deps, connection: live }, batch))
      } catch (error) {
        // The stream is away or was deleted. Events wait at the gateways meanwhile.
        deps.log.warn({ err: error }, 'nats stream lost')
      }
      messages = null
      await pause()
    }
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        connection = await connect({
          ...toNatsAddress([deps.url]),
          name: 'forecourt cloud',
          maxReconnectAttempts: -1,
          waitOnFirstConnect: true,
        })
        if (stopping.signal.aborted) return await connection.close()
        await serve(connection)
      } catch (error) {
        // Credentials refused, most likely: a person may mend them while we run.
        deps.log.error({ err: error }, 'nats refused us')
      }
      connection = null
      await pause()
    }
  }
  const running = run()

  return {
    isUp: () => messages !== null && connection !== null && !connection.isClosed(),
    async close() {
      stopping.abort()
      messages?.stop()
      await connection?.drain().catch(() => undefined)
      if (connection !== null) await running
    },
  }
}

/** Hands over everything that has arrived, as one batch, each time the last one is done. */
async function drain(
  messages: ConsumerMessages,
  take: (batch: readonly JsMsg[]) => Promise<void>,
): Promise<void> {
  let arrived: JsMsg[] = []
  let taking: Promise<void> | null = null
  const takeAll = async () => {
    while (arrived.length > 0) {
      const batch = arrived
      arrived = []
      await take(batch)
    }
    taking = null
  }
  for await (const message of messages) {
    arrived.push(message)
    taking ??= takeAll()
  }
  await taking
}
