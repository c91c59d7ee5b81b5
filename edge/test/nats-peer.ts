import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthorisationAnswer, StationEvent } from '@forecourt/contracts'
import { eventStream, subjects, toNatsAddress } from '@forecourt/contracts'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { inject } from 'vitest'
import { createNatsUplink } from '../src/uplink/index.ts'
import { createPeerMemory, type UplinkPeer } from './uplink-conformance.ts'

/** Who may speak to the server, and as whom; null leaves it open to all. */
export type NatsUsers = {
  readonly configuration: string
  readonly environment: Readonly<Record<string, string>>
  readonly passwords: Passwords
}
type Passwords = Readonly<Record<'NATS_CLOUD_PASSWORD' | 'NATS_STATION_PASSWORD', string>>

const shipped = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/**
 * The configuration the product ships, at another place, with the passwords given as its compose
 * file gives them. Debian's nats-server 2.9 does not know `sync_interval`.
 */
export function shippedUsers(passwords: Passwords): NatsUsers {
  const compose = shipped('docker-compose.yml')
  const environment = Object.entries(passwords).map(([name, password]) => {
    const quoted = new RegExp(`^ +${name}: '(.*)\\$\\{${name}:.*\\}(.*)'$`, 'm').exec(compose)
    return [name, `${quoted?.[1] ?? ''}${password}${quoted?.[2] ?? ''}`]
  })
  return {
    configuration: shipped('cloud/nats/nats.conf').replace(
      /^ *(?:sync_interval|listen|http|store_dir):.*$/gm,
      '',
    ),
    environment: Object.fromEntries(environment),
    passwords,
  }
}

/** A server of its own, so that it can be stopped. */
export async function startServer(users: NatsUsers | null = null) {
  const program = inject('natsServer') ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'edge-nats-'))
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const args = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)]
  const file = join(folder, 'nats.conf')
  if (users !== null) writeFileSync(file, users.configuration)
  const child = spawn(program, users === null ? args : ['-c', file, ...args], {
    stdio: 'ignore',
    env: users?.environment ?? {},
  })
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connectTcp(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isUp) break
    await sleep(50)
  }
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  const urlOf = (user: string, password?: string) =>
    `nats://${password === undefined ? '' : `${user}:${password}@`}127.0.0.1:${port}`
  return { urlOf, stop }
}

/** A small cloud behind a server, and the uplink to it. */
export async function openNatsPeer(users: NatsUsers | null = null): Promise<UplinkPeer> {
  const server = await startServer(users)
  const memory = createPeerMemory()
  let answer: Omit<AuthorisationAnswer, 'requestId'> | null = null
  let lost = 0
  let isRefusing = false
  const cloud = await connect({
    ...toNatsAddress([server.urlOf('cloud', users?.passwords.NATS_CLOUD_PASSWORD)]),
    reconnect: false,
  })
  const manager = await jetstreamManager(cloud)
  await manager.streams.add({ name: eventStream, subjects: [subjects.eventsOfAll] })
  await manager.consumers.add(eventStream, { durable_name: 'peer', ack_policy: 'explicit' })
  const consumer = await jetstream(cloud).consumers.get(eventStream, 'peer')
  const messages = await consumer.consume()
  const ingest = async () => {
    for await (const message of messages) {
      const event = message.json<StationEvent>()
      if (isRefusing) {
        const refusal = { type: 'station_in_use', detail: 'other', eventIds: [event.eventId] }
        cloud.publish(subjects.receipts('demo-1'), JSON.stringify(refusal))
        message.term()
        continue
      }
      const receipts = memory.take([event])
      message.ack()
      if (lost-- > 0) continue
      cloud.publish(subjects.receipts('demo-1'), JSON.stringify({ receipts }))
    }
  }
  const ingesting = ingest().catch(() => undefined) // The server was stopped; so is the peer.
  cloud.subscribe(subjects.asksOfAll, {
    callback: (_, message) => {
      const body = message.json<{ requestId: string; after: number }>()
      if (isRefusing) message.respond(JSON.stringify({ type: 'station_in_use', detail: 'other' }))
      else if (message.subject.endsWith('.authorise')) {
        message.respond(JSON.stringify({ requestId: body.requestId, ...answer }))
      } else message.respond(JSON.stringify({ settlements: memory.after(body.after) }))
    },
  })
  const uplink = createNatsUplink({
    servers: [server.urlOf('demo-1', users?.passwords.NATS_STATION_PASSWORD)],
    stationId: 'demo-1',
    token: 'station-token-0123456789',
  })
  const stop = async () => {
    await server.stop()
  }
  return {
    uplink,
    taken: () => memory.ids,
    loseReceipts: (times) => {
      lost = times
    },
    reject: (eventId) => void memory.bad.add(eventId),
    answer: (next) => {
      answer = next
    },
    settle: (one) => void memory.settlements.push(one),
    refuse: () => {
      isRefusing = true
    },
    stop,
    close: async () => {
      await uplink.close()
      await cloud.close().catch(() => undefined)
      await stop()
      await ingesting
    },
  }
}
