import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type StationSnapshot, vehicleTopics } from '@forecourt/contracts'
import mqtt from 'mqtt'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Child, startChild } from '../src/box/child.ts'
import { edgeProcess } from '../src/box/processes.ts'
import { readSecrets } from '../src/box/secrets.ts'
import type { RecordedRefuel } from '../src/judge/index.ts'
import { sendNoise, startGarbledPump, startHostileCamera } from './hostile-devices.ts'
import { members, type Rig, startRig } from './station-rig.ts'

/*
 * One whole station among devices, cars and callers that send what nobody should. The gateway
 * and the cloud must go on, charge each refuel once at the pump's amount, and count every refusal.
 */

const deliveredMl = 12_340
const longMs = 120_000
const openingFen = members[0]?.openingFen ?? 0

let rig: Rig
let camera: Awaited<ReturnType<typeof startHostileCamera>>
let pump: Awaited<ReturnType<typeof startGarbledPump>>
let secrets: Awaited<ReturnType<typeof readSecrets>>
let twin: Child | null = null

beforeAll(async () => {
  rig = await startRig({ uplink: 'http', timeScale: 20 })
  secrets = await readSecrets(rig.dataDirectory)
  camera = await startHostileCamera(`http://127.0.0.1:${rig.box.ports.cameras}/cam-1.jpg`)
  pump = await startGarbledPump()
  await rewriteConfig('station.json', (config) => ({
    ...config,
    cameras: [cameraAt(camera.port), ...config.cameras.slice(1)],
    pumps: [...config.pumps, pumpAt(pump.port)],
  }))
  await rig.box.edge.restart()
}, longMs)
afterAll(async () => {
  await twin?.stop()
  await rig?.close()
  await camera?.close()
  await pump?.close()
})

type EdgeConfig = {
  readonly cameras: readonly unknown[]
  readonly pumps: readonly { readonly controllerId: string }[]
}

/** Changes the gateway's config as its operator would; to take effect it must start again. */
async function rewriteConfig(
  name: string,
  change: (config: EdgeConfig) => unknown,
): Promise<string> {
  const file = join(rig.dataDirectory, name)
  const config: EdgeConfig = JSON.parse(
    await readFile(join(rig.dataDirectory, 'station.json'), 'utf8'),
  )
  await writeFile(file, JSON.stringify(change(config)))
  return file
}

const cameraAt = (port: number) => ({
  cameraId: 'cam-1',
  kind: 'http',
  url: `http://127.0.0.1:${port}/`,
})
const pumpAt = (port: number) => ({
  controllerId: 'pump-x',
  profile: 'forecourt-v1',
  line: { kind: 'modbus-tcp', host: '127.0.0.1', port },
  pollEveryMs: 100,
  timeoutMs: 500,
  fuellingPoints: [
    {
      fuellingPoint: 9,
      unitId: 1,
      releaseMode: 'postpay',
      cameraId: null,
      nozzles: [{ nozzle: 1, grade: '92' }],
    },
  ],
})

const station = (): Promise<StationSnapshot> => rig.box.edgeApi.station()
const pointOf = async (fuellingPoint: number) =>
  (await station()).fuellingPoints.find((point) => point.fuellingPoint === fuellingPoint)
const cloudUrl = () => `http://127.0.0.1:${rig.box.ports.cloud}`
const edgeUrl = () => `http://127.0.0.1:${rig.box.ports.edge}`

/** Posts to the cloud with the station's own token. */
async function post(body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${cloudUrl()}/v1/stations/${rig.box.stationId}/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secrets.stationToken ?? ''}`,
      'content-type': 'application/json',
    },
    body,
  })
  return { status: response.status, text: await response.text() }
}
const send = (...events: readonly unknown[]) => post(JSON.stringify({ events }))

/** A UUIDv7 is a UUIDv4 with another digit, for everybody who only reads it. */
const uuid7 = () => randomUUID().replace(/^(.{14})4/, '$17')

/** A completed refuel as a gateway tells it, here told by somebody else who has its token. */
async function completed(sale: {
  readonly fuellingPoint: number
  readonly plate: string
  readonly saleId: string
  readonly amountFen: number
}) {
  const now = new Date().toISOString()
  const { fuellingPoint, plate, ...terms } = sale
  return {
    eventId: uuid7(),
    type: 'refuel.completed.v1',
    stationId: rig.box.stationId,
    edgeId: (await station()).edgeId,
    occurredAt: now,
    fuellingPoint,
    seq: 1_000,
    refuelId: uuid7(),
    sale: {
      ...{ controllerId: 'pump-x', fuellingPoint, nozzle: 1, transactionNumber: 77, grade: '92' },
      ...{ volumeMl: deliveredMl, unitPriceFenPerLitre: 789, totaliserMl: 9_000_000 },
      ...{ endReason: 'hung_up', startedAt: now, endedAt: now },
      ...terms,
    },
    identity: {
      plates: [{ plate, confidence: 0.99, frames: 3, colour: 'blue', raw: plate }],
      vehicles: [],
    },
    authorisationId: null,
    origin: 'witnessed',
    totaliserBeforeMl: null,
  }
}

/** A car with its own good token that says what it may not; resolves when it has been put out. */
async function publishAsCar2(topic: string, payload: string | Buffer): Promise<void> {
  const client = mqtt.connect(rig.box.mqttUrl, {
    clientId: 'car-2',
    username: 'car-2',
    password: await rig.box.cloudApi.vehicleToken('car-2'),
    reconnectPeriod: 0,
  })
  client.on('error', () => undefined)
  const putOut = new Promise<void>((resolve) => client.once('close', () => resolve()))
  client.once('connect', () => client.publish(topic, payload, { qos: 1 }))
  await putOut
  await client.endAsync(true)
}

/** One shower: everything bad, at every door, once. */
async function shower(): Promise<void> {
  const { edge, cloud, mqtt: mqttPort } = rig.box.ports
  const doors = [edge, cloud, mqttPort, rig.box.pumps.ports.get('pump-a') ?? 0]
  await Promise.all(doors.map(sendNoise))
  const lie = { sentAt: new Date().toISOString(), signals: { 'Vehicle.IsMoving': false } }
  await publishAsCar2(vehicleTopics.telemetry('car-1'), JSON.stringify(lie))
  await publishAsCar2(vehicleTopics.telemetry('car-2'), Buffer.alloc(5_000, 0x20))
  const answers = [
    await post('{"events":[{'),
    await post('[]'),
    await send('not an event', { type: 'refuel.completed.v1', eventId: uuid7() }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 200])
  // Refused by its announced length; whether the answer comes before the line is cut is luck.
  const huge = post(JSON.stringify({ events: ['x'.repeat(8_000_000)] }))
  expect(await huge.then(({ status }) => status).catch(() => 413)).toBe(413)
}

/** Lets it rain until told to stop. @returns What went wrong with the rain itself. */
function rain(): { stop(): Promise<number> } {
  const stopping = new AbortController()
  const raining = (async () => {
    let showers = 0
    for (; !stopping.signal.aborted; showers++) await shower()
    return showers
  })()
  return {
    stop: () => {
      stopping.abort()
      return raining
    },
  }
}

/** The member of that bay fills up and hangs up. @returns The pump's own figures. */
async function fillUp(fuellingPoint: number) {
  rig.forecourt.squeeze(fuellingPoint, deliveredMl)
  await rig.until('the tank to be full', async () => {
    const { flowing, volumeMl } = rig.box.pumps.figures(fuellingPoint)
    return !flowing && volumeMl > 0 ? true : null
  })
  rig.forecourt.hangUp(fuellingPoint)
  return await rig.until(
    'the delivery to be witnessed',
    () => rig.forecourt.witnessed().findLast((one) => one.fuellingPoint === fuellingPoint) ?? null,
  )
}

const refuelsAt = async (fuellingPoint: number): Promise<readonly RecordedRefuel[]> =>
  (await rig.box.cloudApi.refuels({ stationId: rig.box.stationId, after: 0 })).filter(
    (refuel) => refuel.fuellingPoint === fuellingPoint,
  )
const decidedAt = (fuellingPoint: number) =>
  rig.until('the refuel to be decided', async () => {
    const refuels = await refuelsAt(fuellingPoint)
    const isDecided = refuels.every(({ ending }) => ending !== null && ending !== 'pending')
    return refuels.length > 0 && isDecided ? refuels : null
  })

const untilCounted = (name: string) =>
  rig.until(`${name} to be counted`, async () => ((await station()).rejections[name] ?? 0) || null)

describe('bad input of every kind', () => {
  test(
    'raining on every door, a refuel is charged exactly once, at the pump’s amount',
    async () => {
      const raining = rain()
      await rig.arrive(1)
      await untilCounted('camera_garbled')
      await untilCounted('picture_unreadable')
      await rig.until('every bad picture', () => (camera.served() > 5 ? true : null))
      camera.mend()
      await rig.until('the plate', async () =>
        ((await pointOf(1))?.identity.plates[0]?.frames ?? 0) >= 2 ? true : null,
      )
      const truth = await fillUp(1)
      const refuels = await decidedAt(1)
      expect(await raining.stop()).toBeGreaterThan(0)
      expect(refuels).toHaveLength(1)
      expect(refuels[0]).toMatchObject({
        ...{ ending: 'charged', charges: 1, memberId: 'm-1', volumeMl: deliveredMl },
        ...{ amountFen: truth.amountFen, chargedFen: truth.amountFen },
      })
      expect(await rig.box.cloudApi.balanceFen('m-1')).toBe(openingFen - truth.amountFen)
      expect(rig.box.edge.isRunning()).toBe(true)
      rig.forecourt.driveOff(1)
    },
    longMs,
  )

  test(
    'an amount that is not the controller’s moves no money',
    async () => {
      const [told] = await refuelsAt(1)
      const again = { saleId: told?.saleId ?? '', plate: '沪A13H25', fuellingPoint: 1 }
      const dearer = await send(await completed({ ...again, amountFen: 99_999 }))
      expect(dearer.text).toMatch(/"rejected".*sale_conflict/)
      const invented = { saleId: 'pump-x/9/1/77/t9000000', plate: '沪A13H25', fuellingPoint: 9 }
      await send(await completed({ ...invented, amountFen: 99_999 }))
      expect(await decidedAt(9)).toMatchObject([
        { ending: 'payable', reason: 'amount_mismatch', charges: 0 },
      ])
      const paidFen = told?.amountFen ?? 0
      expect(await refuelsAt(1)).toMatchObject([{ charges: 1, chargedFen: paidFen }])
      expect(await rig.box.cloudApi.balanceFen('m-1')).toBe(openingFen - paidFen)
    },
    longMs,
  )

  test(
    'a second gateway under the same station id is refused, and says why',
    async () => {
      const configFile = await rewriteConfig('twin.json', (config) => ({
        ...config,
        dataDirectory: join(rig.dataDirectory, 'twin'),
        pumps: config.pumps.filter(({ controllerId }) => controllerId === 'pump-b'),
        http: { port: 0 },
        mqtt: { ...(config as { mqtt?: object }).mqtt, port: 0 },
      }))
      const stationToken = secrets.stationToken ?? ''
      const log = pino({ level: 'silent' })
      twin = await startChild(edgeProcess({ configFile, stationToken, log }))
      await rig.arrive(2)
      await rig.until('the plate', async () =>
        ((await pointOf(2))?.identity.plates[0]?.frames ?? 0) >= 2 ? true : null,
      )
      const truth = await fillUp(2)
      expect(await decidedAt(2)).toMatchObject([
        { ending: 'charged', charges: 1, chargedFen: truth.amountFen, memberId: 'm-2' },
      ])
      const twinUrl = `http://127.0.0.1:${String(twin.ready['port'])}`
      const reasons = await rig.until('the twin to be refused', async () => {
        const response = await fetch(`${twinUrl}/readyz`)
        const text = await response.text()
        return response.status === 503 && text.includes('station_in_use') ? text : null
      })
      expect(reasons).toContain('edge/release')
      expect((await fetch(`${edgeUrl()}/station`)).status).toBe(200)
    },
    longMs,
  )

  test('is counted where an operator looks', async () => {
    const expected = [
      ...['mqtt_protocol_error', 'mqtt_oversized', 'mqtt_foreign_topic'],
      ...['camera_garbled', 'picture_unreadable', 'pump_device_garbled'],
    ]
    const { rejections, pumps } = await station()
    expect(Object.keys(rejections)).toEqual(expect.arrayContaining(expected))
    expect(pumps).toContainEqual(
      expect.objectContaining({
        controllerId: 'pump-x',
        online: false,
        lastFault: expect.any(String),
      }),
    )
    const edgeMetrics = await (await fetch(`${edgeUrl()}/metrics`)).text()
    for (const name of expected) {
      expect(edgeMetrics).toMatch(new RegExp(`edge_rejections_total\\{name="${name}"\\} [1-9]`))
    }
    const cloudMetrics = await (await fetch(`${cloudUrl()}/metrics`)).text()
    for (const note of ['quarantined', 'sale_conflict', 'amount_mismatch']) {
      expect(cloudMetrics).toMatch(new RegExp(`cloud_ingest_total\\{note="${note}"\\} [1-9]`))
    }
    const quarantine = await fetch(`${cloudUrl()}/v1/quarantine`, {
      headers: { authorization: `Bearer ${secrets.adminToken}` },
    })
    const { events } = (await quarantine.json()) as { events: readonly { reason: string }[] }
    const kinds = new Set(events.map(({ reason }) => reason))
    expect(kinds).toEqual(new Set(['invalid_event', 'sale_conflict']))
  })
})
