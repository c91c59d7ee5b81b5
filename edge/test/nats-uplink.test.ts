import { eventStream, subjects, toNatsAddress, UplinkError } from '@forecourt/contracts'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createNatsUplink } from '../src/uplink/index.ts'
import { openNatsPeer, shippedUsers, startServer } from './nats-peer.ts'
import { describeUplink, event } from './uplink-conformance.ts'

/** Hexadecimal that a lax reader of configurations could take for a number. */
const passwords = { NATS_CLOUD_PASSWORD: '12e4567890', NATS_STATION_PASSWORD: '0987654321ab' }
const users = shippedUsers(passwords)
const call = { timeoutMs: 3_000, signal: new AbortController().signal }

describe.skipIf(inject('natsServer') === null)('with a real nats-server', () => {
  describeUplink('NATS JetStream', () => openNatsPeer())
  describeUplink('NATS JetStream with the users we ship', () => openNatsPeer(users))

  describe('the users we ship', () => {
    let server: Awaited<ReturnType<typeof startServer>>
    let cloud: NatsConnection
    let station: NatsConnection
    beforeAll(async () => {
      server = await startServer(users)
      const as = (user: string, password: string) =>
        connect({
          ...toNatsAddress([server.urlOf(user, password)]),
          inboxPrefix: subjects.inbox(user),
        })
      cloud = await as('cloud', passwords.NATS_CLOUD_PASSWORD)
      station = await as('demo-1', passwords.NATS_STATION_PASSWORD)
      const manager = await jetstreamManager(cloud)
      await manager.streams.add({ name: eventStream, subjects: [subjects.eventsOfAll] })
    })
    afterAll(async () => {
      await station.close()
      await cloud.close()
      await server.stop()
    })

    /** What the server says to a subscription, once it has had the time to say it. */
    async function heard(subject: string): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<string>()
      const subscription = station.subscribe(subject, {
        callback: (error) => resolve(error === null ? 'a message' : error.message),
      })
      await station.flush()
      cloud.publish(subject.replace('>', 'a.b'), 'for someone')
      await cloud.flush()
      const answer = await promise
      subscription.unsubscribe()
      return answer
    }

    test('a station hears its own receipts, and nobody else’s receipts, events or replies', async () => {
      expect(await heard(subjects.receipts('demo-1'))).toBe('a message')
      for (const subject of [
        subjects.receipts('demo-2'),
        subjects.eventsOfAll,
        '_INBOX.>',
        `${subjects.inbox('demo-2')}.>`,
      ]) {
        expect(await heard(subject), subject).toMatch(/permissions violation/i)
      }
    })

    test('a station publishes its own events, never another’s, and does not touch the stream', async () => {
      const js = jetstream(station, { timeout: 1_000 })
      const manager = await jetstreamManager(cloud)
      const held = async () => (await manager.streams.info(eventStream)).state.messages
      const before = await held()
      await js.publish(subjects.event('demo-1', 1), '{}')
      await expect(js.publish(subjects.event('demo-2', 1), '{}')).rejects.toThrow()
      const purge = `$JS.API.STREAM.PURGE.${eventStream}`
      await expect(station.request(purge, '', { timeout: 1_000 })).rejects.toThrow()
      expect(await held()).toBe(before + 1)
    })

    test('a wrong password is a refusal in words that do not repeat it', async () => {
      const uplink = createNatsUplink({
        servers: [server.urlOf('demo-1', 'wrong-password')],
        stationId: 'demo-1',
        token: 'station-token-0123456789',
      })
      const error = await uplink.send([event(1)], call).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UplinkError)
      expect(error).toMatchObject({ code: 'uplink_refused' })
      expect(String(error)).not.toContain('wrong-password')
      await uplink.close()
    })
  })
})
