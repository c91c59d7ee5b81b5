import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventRefusal, eventStream, type Receipt, subjects } from '@forecourt/contracts'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ProblemError } from '../src/http/problem-error.ts'
import { takeEvents } from '../src/nats/events.ts'
import {
  type CloudUnderTest,
  completed,
  databases,
  startCloud,
  untilEnding,
  uuid7,
} from './cloud-under-test.ts'

const program = inject('natsServer')

/** A server of its own: on a shared one, another test's cloud would take these events. */
async function startNatsServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'forecourt-nats-'))
  // A small limit, as an operator may set one: what must fit it is soon too large here.
  writeFileSync(join(folder, 'nats.conf'), 'max_payload: 64KB\n')
  const config = ['-c', join(folder, 'nats.conf')]
  const where = ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder]
  const args = [...config, '-js', '-sd', folder, ...where]
  const child = spawn(program ?? '', args, { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const portsFile = join(folder, `nats-server_${child.pid}.ports`)
  while (!existsSync(portsFile)) await sleep(20)
  const ports: { nats: string[] } = JSON.parse(readFileSync(portsFile, 'utf8'))
  return {
    url: ports.nats[0] ?? '',
    stop: async () => {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

describe.skipIf(program === null).each(databases)('stations over NATS, on %s', (database) => {
  let cloud: CloudUnderTest
  let connection: NatsConnection
  let server: Awaited<ReturnType<typeof startNatsServer>>
  beforeAll(async () => {
    server = await startNatsServer()
    cloud = await startCloud(database, { NATS_URL: server.url })
    connection = await connect({ servers: server.url })
    while ((await cloud.call('GET', '/readyz', undefined, null)).status !== 200) await sleep(50)
  })
  afterAll(async () => {
    await cloud.close()
    await connection.close()
    await server.stop()
  })

  function hearReceipts(stationId: string): Map<string, Receipt> {
    const heard = new Map<string, Receipt>()
    connection.subscribe(subjects.receipts(stationId), {
      callback: (_error, message) => {
        const { receipts = [] } = message.json<{ receipts?: Receipt[] }>()
        for (const receipt of receipts) heard.set(receipt.eventId, receipt)
      },
    })
    return heard
  }
  async function until<Value>(read: () => Value | undefined): Promise<Value> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const value = read()
      if (value !== undefined) return value
      await sleep(50)
    }
    throw new Error('not within ten seconds')
  }

  test('an event in the stream becomes a charge, a receipt and a settlement', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '浙C30001', balanceFen: 900_000 })
    const heard = hearReceipts(station.stationId)
    const event = completed(station, { plate: '浙C30001' })
    await jetstream(connection).publish(subjects.event(station.stationId, 1), JSON.stringify(event))
    expect(await until(() => heard.get(event.eventId))).toMatchObject({ status: 'committed' })
    await untilEnding(cloud, event.refuelId, 'charged')
    const reply = await connection.request(
      subjects.settlements(station.stationId),
      JSON.stringify({ after: 0, waitMs: 5_000 }),
      { timeout: 8_000 },
    )
    expect(reply.json<{ settlements: object[] }>().settlements[0]).toMatchObject({
      refuelId: event.refuelId,
      ending: 'charged',
    })
  })

  test('an event sent over NATS and then over HTTP is one event', async () => {
    const station = await cloud.createStation()
    const heard = hearReceipts(station.stationId)
    const event = completed(station)
    await jetstream(connection).publish(subjects.event(station.stationId, 1), JSON.stringify(event))
    await until(() => heard.get(event.eventId))
    expect((await station.send([event])).json.receipts[0].status).toBe('duplicate')
  })

  test('two hundred events at once all get their receipts', async () => {
    const station = await cloud.createStation()
    const heard = hearReceipts(station.stationId)
    const events = Array.from({ length: 200 }, () => completed(station))
    const patiently = { timeout: 30_000 }
    await Promise.all(
      events.map((event) =>
        jetstream(connection).publish(
          subjects.event(station.stationId, 1),
          JSON.stringify(event),
          patiently,
        ),
      ),
    )
    await until(() => (heard.size === 200 ? true : undefined))
    expect(new Set([...heard.values()].map(({ status }) => status))).toEqual(new Set(['committed']))
    expect(await station.refuels()).toHaveLength(200)
  })

  test('a station cannot speak under another’s subject', async () => {
    const [one, other] = [await cloud.createStation(), await cloud.createStation()]
    const heard = hearReceipts(one.stationId)
    const event = completed(other)
    await jetstream(connection).publish(subjects.event(one.stationId, 1), JSON.stringify(event))
    const receipt = await until(() => heard.get(event.eventId))
    expect(receipt).toMatchObject({ status: 'rejected' })
    expect(receipt.reason).toMatch(/^station_mismatch/)
    expect(await other.refuels()).toEqual([])
  })

  test('garbage and unknown stations hold nobody up', async () => {
    const station = await cloud.createStation()
    const heard = hearReceipts(station.stationId)
    const js = jetstream(connection)
    await js.publish(subjects.event(station.stationId, 1), '{"half": ')
    await js.publish(subjects.event('nobody-knows', 1), JSON.stringify(completed(station)))
    const event = completed(station)
    await js.publish(subjects.event(station.stationId, 1), JSON.stringify(event))
    expect(await until(() => heard.get(event.eventId))).toMatchObject({ status: 'committed' })
    const { events } = (await cloud.call('GET', '/v1/quarantine')).json
    expect(events[0]).toMatchObject({ stationId: station.stationId, raw: '"{\\"half\\": "' })
  })

  test('a second gateway gets no receipt and its sale is not taken', async () => {
    const station = await cloud.createStation()
    const heard = hearReceipts(station.stationId)
    const js = jetstream(connection)
    const own = completed(station)
    const foreign = completed({ stationId: station.stationId, edgeId: randomUUID() })
    await js.publish(subjects.event(station.stationId, 1), JSON.stringify(own))
    await until(() => heard.get(own.eventId))
    await js.publish(subjects.event(station.stationId, 1), JSON.stringify(foreign))
    const next = completed(station)
    await sleep(200)
    await js.publish(subjects.event(station.stationId, 1), JSON.stringify(next))
    await until(() => heard.get(next.eventId))
    expect(heard.has(foreign.eventId)).toBe(false)
    expect(await station.refuels()).toHaveLength(2)
  })

  test('a question is answered, and a senseless one refused in words', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '浙C30002', balanceFen: 50_000 })
    const { identity } = completed(station, { plate: '浙C30002' })
    const request = {
      requestId: uuid7(),
      stationId: station.stationId,
      edgeId: station.edgeId,
      refuelId: uuid7(),
      fuellingPoint: 1,
      nozzle: 1,
      grade: '92',
      unitPriceFenPerLitre: 789,
      identity,
    }
    const subject = subjects.authorise(station.stationId)
    const answer = await connection.request(subject, JSON.stringify(request))
    expect(answer.json()).toMatchObject({ decision: 'allowed', limitFen: 50_000 })
    const refused = await connection.request(subject, JSON.stringify({ ...request, nozzle: 0 }))
    expect(refused.json()).toMatchObject({ type: 'invalid_request' })
  })

  test('a question cannot make the cloud speak on a subject the station may not use', async () => {
    const { stationId } = await cloud.createStation()
    const said: string[] = []
    connection.subscribe('forecourt.receipts.someone-else', {
      callback: (_error, message) => void said.push(message.string()),
    })
    const subject = subjects.authorise(stationId)
    connection.publish(subject, '{}', { reply: 'forecourt.receipts.someone-else' })
    const refused = await connection.request(subject, '{}')
    expect(refused.json()).toMatchObject({ type: 'invalid_request' })
    await connection.flush()
    expect(said).toEqual([])
  })

  test('more settlements than a message may carry are all heard, in order', async () => {
    const station = await cloud.createStation()
    const events = Array.from({ length: 300 }, () => completed(station))
    for (let start = 0; start < 300; start += 100)
      await station.send(events.slice(start, start + 100))
    const cursors: number[] = []
    while (cursors.length < 300) {
      const query = JSON.stringify({ after: cursors.at(-1) ?? 0, waitMs: 0 })
      const subject = subjects.settlements(station.stationId)
      const reply = await connection.request(subject, query, { timeout: 3_000 })
      const { settlements } = reply.json<{ settlements: { cursor: number }[] }>()
      cursors.push(...settlements.map(({ cursor }) => cursor))
    }
    expect(cursors).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
  })

  test('more rejections than a message may carry are all heard', async () => {
    const station = await cloud.createStation()
    const heard = hearReceipts(station.stationId)
    const secret = '坏'.repeat(200)
    const bad = Array.from({ length: 400 }, () => ({ ...completed(station), [secret]: 1 }))
    const js = jetstream(connection)
    const subject = subjects.event(station.stationId, 1)
    await Promise.all(bad.map((event) => js.publish(subject, JSON.stringify(event))))
    await until(() => (heard.size === 400 ? true : undefined))
    expect(new Set([...heard.values()].map(({ status }) => status))).toEqual(new Set(['rejected']))
  })

  test('a second gateway at the same time takes no receipt from the first, and is told why', async () => {
    const station = await cloud.createStation()
    const own = completed(station)
    await station.send([own])
    const heard = hearReceipts(station.stationId)
    const refused: string[] = []
    connection.subscribe(subjects.receipts(station.stationId), {
      callback: (_error, message) => {
        const refusal = EventRefusal.safeParse(message.json())
        if (refusal.success) refused.push(refusal.data.type, ...refusal.data.eventIds)
      },
    })
    const js = jetstream(connection)
    const subject = subjects.event(station.stationId, 1)
    const foreign = completed({ stationId: station.stationId, edgeId: randomUUID() })
    const more = Array.from({ length: 20 }, () => completed(station))
    const mixed = [...more.slice(0, 10), foreign, ...more.slice(10)]
    await Promise.all(mixed.map((event) => js.publish(subject, JSON.stringify(event))))
    await until(() => (heard.size === 20 && refused.length > 0 ? true : undefined))
    expect(refused).toEqual(['station_in_use', foreign.eventId])
    expect(heard.has(foreign.eventId)).toBe(false)
  })

  test('a line that breaks before the cloud can answer ends nothing: the events come again', async () => {
    const station = await cloud.createStation()
    const own = await connect({ servers: server.url })
    const js = jetstream(own)
    const { consumers } = await jetstreamManager(own)
    await consumers.add(eventStream, {
      durable_name: 'broken',
      ack_policy: AckPolicy.Explicit,
      filter_subject: subjects.event(station.stationId, 1),
    })
    await js.publish(subjects.event(station.stationId, 1), JSON.stringify(completed(station)))
    const message = await (await js.consumers.get(eventStream, 'broken')).next()
    await own.close()
    if (message === null) throw new Error('no message')
    const log = pino({ level: 'silent' })
    for (const error of [new Error('no database'), new ProblemError('station_in_use', 'other')]) {
      const ingest = () => Promise.reject(error)
      await expect(takeEvents({ connection: own, ingest, log }, [message])).resolves.toBeUndefined()
    }
  })
})
