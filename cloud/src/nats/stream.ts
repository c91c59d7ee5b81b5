import { eventStream, subjects } from '@forecourt/contracts'
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

const second = 1_000_000_000

/** The consumer all cloud processes share: each event goes to one of them. */
const consumerName = 'cloud-ingest'
/** Events delivered and not yet acknowledged, over all cloud processes; more stay in the stream. */
export const pendingMax = 512

/**
 * Makes the stream and the consumer when they are not there. The stream only carries: a gateway
 * keeps every event until it has the cloud's receipt, so a message that ages out is sent again.
 */
export async function openConsumer(connection: NatsConnection): Promise<Consumer> {
  const manager = await jetstreamManager(connection)
  try {
    await manager.streams.info(eventStream)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== 10_059) throw error
    await manager.streams.add({
      name: eventStream,
      subjects: [subjects.eventsOfAll],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      max_age: 7 * 24 * 3_600 * second,
      // Short, so that an event sent again for a lost receipt is heard; the database knows duplicates.
      duplicate_window: 10 * second,
    })
  }
  await manager.consumers.add(eventStream, {
    durable_name: consumerName,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: 30 * second,
    max_ack_pending: pendingMax,
  })
  return await jetstream(connection).consumers.get(eventStream, consumerName)
}
