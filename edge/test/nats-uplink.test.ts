import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthorisationAnswer, StationEvent } from '@forecourt/contracts'
import { eventStream, subjects } from '@forecourt/contracts'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { describe, inject } from 'vitest'
import { createNatsUplink } from '../src/uplink/index.ts'
import { createPeerMemory, describeUplink, type UplinkPeer } from './uplink-conformance.ts'

const program = inject('natsServer')

/** A server of this test's own, so that it can be stopped. */
async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-nats-'))
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const args = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)]
  const child = spawn(program ?? '', args, { stdio: 'ignore' })
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
  return { url: `nats://127.0.0.1:${port}`, stop }
}

async function openPeer(): Promise<UplinkPeer> {
  const server = await startServer()
  const memory = createPeerMemory()
  let answer: Omit<AuthorisationAnswer, 'requestId'> | null = null
  let lost = 0
  let isRefusing = false
  const cloud = await connect({ servers: server.url, reconnect: false })
  const manager = await jetstreamManager(cloud)
  await manager.streams.add({ name: eventStream, subjects: [subjects.eventsOfAll] })
  await manager.consumers.add(eventStream, { durable_name: 'peer', ack_policy: 'explicit' })
  const consumer = await jetstream(cloud).consumers.get(eventStream, 'peer')
  const messages = await consumer.consume()
  const ingest = async () => {
    for await (const message of messages) {
      const receipts = memory.take([message.json<StationEvent>()])
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
    servers: [server.url],
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

describe.skipIf(program === null)('with a real nats-server', () => {
  describeUplink('NATS JetStream', openPeer)
})
