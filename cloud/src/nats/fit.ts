import type { NatsConnection } from '@nats-io/transport-node'

/** Room for what stands around the items in their message. */
const envelopeBytesMax = 256

/**
 * The first of these items that fit one message, and at least one: whoever gets them asks for, or
 * is sent, the rest. A server refuses a larger message, and then nobody hears anything. Pure.
 *
 * @param messageBytesMax - What the server said of itself: `max_payload`.
 */
export function takeFitting<Item>(
  items: readonly Item[],
  messageBytesMax: number,
): readonly Item[] {
  let bytes = envelopeBytesMax
  const end = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    return bytes > messageBytesMax
  })
  return end === -1 ? items : items.slice(0, Math.max(1, end))
}

/** How large a message this server takes; before it said so, as large as every server does. */
export function messageBytesMax(connection: NatsConnection): number {
  return connection.info?.max_payload ?? 65_536
}
