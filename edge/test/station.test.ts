import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Camera, Fen, Plate, StationEvent, StationSnapshot } from '@forecourt/contracts'
import { createMemoryPump, type MemoryPump } from '@forecourt/drivers'
import { createScriptedPlateReader } from '@forecourt/models'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { StationConfig } from '../src/config.ts'
import { startStation } from '../src/index.ts'
import { openHttpPeer, stationToken } from './http-peer.ts'
import { until } from './until.ts'
import { settlement } from './uplink-conformance.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0).reverse()) await closer()
})

const publicKeyPem = generateKeyPairSync('ed25519').publicKey.export({
  type: 'spki',
  format: 'pem',
})
const plate = Plate.parse('皖A12345')
const read = {
  plate,
  raw: plate,
  confidence: 0.99,
  rejected: null,
  runnerUp: null,
  colour: 'blue',
  corners: [
    [0, 0],
    [100, 0],
    [100, 30],
    [0, 30],
  ],
} as const

/** A camera that always has a picture; what is on it, the scripted reader says. */
const camera = (): Camera => ({
  cameraId: 'cam-1',
  capture: async () => ({
    cameraId: 'cam-1',
    picture: new Uint8Array([0xff, 0xd8]),
    capturedAt: new Date().toISOString(),
  }),
  close: async () => undefined,
})

const memoryPump = () =>
  createMemoryPump({
    controllerId: 'pump-a',
    fuellingPoints: [
      { fuellingPoint: 1, nozzles: [{ nozzle: 1, unitPriceFenPerLitre: 789 }] },
      {
        fuellingPoint: 2,
        nozzles: [{ nozzle: 1, unitPriceFenPerLitre: 789 }],
        requiresAuthorisation: true,
      },
    ],
  })

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-station-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const peer = await openHttpPeer()
  closers.push(peer.close)
  const nozzles = [{ nozzle: 1, grade: '92' }]
  const station = StationConfig.parse({
    stationId: 'demo-1',
    location: { latitude: 31.2, longitude: 121.4 },
    dataDirectory: folder,
    uplink: { kind: 'http', url: peer.url },
    http: { port: 0 },
    mqtt: { port: 0, vehicleTokenPublicKeyPem: publicKeyPem },
    pumps: [
      {
        controllerId: 'pump-a',
        profile: 'forecourt-v1',
        line: { kind: 'modbus-tcp', host: '127.0.0.1', port: 1502 },
        pollEveryMs: 50,
        fuellingPoints: [
          { fuellingPoint: 1, unitId: 1, cameraId: 'cam-1', nozzles },
          {
            fuellingPoint: 2,
            unitId: 2,
            cameraId: 'cam-1',
            releaseMode: 'on_authorisation',
            nozzles,
          },
        ],
      },
    ],
    cameras: [{ cameraId: 'cam-1', kind: 'http', url: 'http://127.0.0.1:1/cam-1.jpg' }],
    plates: { readEveryMs: 100 },
  })
  const start = async (pump: MemoryPump, closeCamera = async () => undefined) => {
    // A gateway that closes hangs up its line; the pump itself goes on.
    pump.mendLine()
    const edge = await startStation(
      { station, uplinkToken: stationToken },
      {
        log: pino({ level: 'silent' }),
        onFatal: (error) => {
          throw error
        },
      },
      {
        pump: () => pump,
        camera: () => ({ ...camera(), close: closeCamera }),
        reader: async () => createScriptedPlateReader(() => [read]),
      },
    )
    closers.push(edge.close)
    const base = `http://127.0.0.1:${edge.port}`
    const snapshot = async () =>
      StationSnapshot.parse(await (await fetch(`${base}/station`)).json())
    await until(async () => (await snapshot()).pumps[0]?.online)
    return {
      close: edge.close,
      closing: edge.closing,
      base,
      snapshot,
      post: (path: string, headers = {}) => fetch(base + path, { method: 'POST', headers }),
      point: async (n: number) => (await snapshot()).fuellingPoints[n - 1],
    }
  }
  return { peer, start }
}

describe('a station in one process', () => {
  test('a refuel goes from the nozzle to the cloud, and its settlement back to the pump', async () => {
    const { peer, start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    pump.lift(1, 1)
    await until(async () => ((await edge.point(1))?.identity.plates.length ?? 0) > 0)
    pump.deliver(1, 20_000)
    await until(async () => (await edge.point(1))?.phase === 'fuelling')
    pump.hangUp(1)
    await until(() => peer.events().some((event) => event.type === 'refuel.completed.v1'))
    const events = peer.events().map((event) => StationEvent.parse(event))
    const sale = events.find((event) => event.type === 'refuel.completed.v1')
    expect(sale).toMatchObject({
      origin: 'witnessed',
      sale: { volumeMl: 20_000, amountFen: 15_780 },
      identity: { plates: [{ plate }] },
    })
    peer.settle({ ...settlement(1), refuelId: sale?.refuelId ?? '' })
    await until(async () => (await edge.point(1))?.lastRefuel?.ending === 'charged')
    expect((await edge.snapshot()).steps.map((step) => step.code)).toEqual(
      expect.arrayContaining([
        'lifted',
        'plate_read',
        'fuelling',
        'hung_up',
        'sale_stored',
        'sale_sent',
        'settled',
      ]),
    )
    expect(await (await fetch(`${edge.base}/metrics`)).text()).toContain('edge_outbox_events 0')
    expect((await fetch(`${edge.base}/readyz`)).status).toBe(200)
  })

  test('a gateway that dies before the cloud answers sends the same event after it is back', async () => {
    const { peer, start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    peer.loseReceipts(1_000)
    pump.lift(1, 1)
    await until(async () => (await edge.point(1))?.refuelId !== null)
    pump.deliver(1, 5_000)
    pump.hangUp(1)
    const isSold = () => peer.events().some((event) => event.type === 'refuel.completed.v1')
    await until(isSold)
    await edge.close()
    peer.loseReceipts(0)
    const again = await start(pump)
    await until(async () => (await again.snapshot()).uplink.outboxDepth === 0)
    const sales = peer.events().filter((event) => event.type === 'refuel.completed.v1')
    expect(new Set(sales.map((event) => event.eventId)).size).toBe(1)
  })

  test('a sale made while the gateway was away is recovered, once', async () => {
    const { peer, start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    await edge.close()
    pump.lift(1, 1)
    pump.deliver(1, 3_000)
    pump.hangUp(1)
    const again = await start(pump)
    await until(() => peer.events().length > 0)
    await again.close()
    const third = await start(pump)
    await until(async () => (await third.snapshot()).uplink.online)
    const sales = peer.events().filter((event) => event.type === 'refuel.completed.v1')
    expect(sales).toMatchObject([{ origin: 'recovered', sale: { volumeMl: 3_000 } }])
  })

  test('a pump on authorisation delivers what the cloud allowed, or an operator lets it', async () => {
    const { peer, start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    peer.answer({
      decision: 'denied',
      reason: 'plate_unknown',
      authorisationId: null,
      limitFen: null,
      memberName: null,
    })
    pump.lift(2, 1)
    await until(async () => (await edge.snapshot()).steps.some((step) => step.code === 'denied'))
    expect(pump.commands()).toEqual([])
    expect((await edge.post('/fuelling-points/2/authorise')).status).toBe(200)
    await until(() => pump.commands().length > 0)
    expect(pump.commands()).toMatchObject([{ type: 'authorise', preset: null }])
    pump.hangUp(2)
    await until(async () => (await edge.point(2))?.phase === 'idle')

    peer.answer({
      decision: 'allowed',
      reason: null,
      authorisationId: 'a-1',
      limitFen: Fen.parse(5_000),
      memberName: null,
    })
    pump.lift(2, 1)
    await until(() => pump.commands().length === 3)
    expect(pump.commands()[2]).toMatchObject({ preset: { by: 'amount', amountFen: 5_000 } })
  })

  test('an operator commands pumps from this machine only', async () => {
    const { start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    expect((await edge.post('/fuelling-points/1/lock')).status).toBe(200)
    expect(pump.commands()).toEqual([{ type: 'lock', fuellingPoint: 1 }])
    expect((await edge.post('/fuelling-points/9/lock')).status).toBe(404)
    expect((await edge.post('/fuelling-points/2/authorise')).status).toBe(409)
    const foreign = await edge.post('/fuelling-points/1/unlock', { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    expect(await foreign.json()).toMatchObject({ type: 'foreign_origin' })
    expect(pump.commands()).toHaveLength(1)
  })

  test('a screen hears a snapshot at once and another after a change', async () => {
    const { start } = await open()
    const pump = memoryPump()
    const edge = await start(pump)
    const leave = new AbortController()
    const response = await fetch(`${edge.base}/station/stream`, { signal: leave.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const hear = async (words: string) => {
      while (!heard.includes(words)) heard += (await reader?.read())?.value ?? ''
    }
    await hear('event: snapshot')
    pump.lift(1, 1)
    await hear('"phase":"calling"')
    leave.abort()
  })

  test('a stop that hangs can be told by the part it hangs in', async () => {
    const { start } = await open()
    const camera = Promise.withResolvers<undefined>()
    const edge = await start(memoryPump(), () => camera.promise)
    expect(edge.closing()).toBe(null)
    const stopped = edge.close()
    await until(() => edge.closing() === 'cameras')
    camera.resolve(undefined)
    await stopped
    expect(edge.closing()).toBe('store')
  })

  test('a cloud that refuses us leaves the station working and not ready', async () => {
    const { peer, start } = await open()
    const pump = memoryPump()
    peer.refuse()
    const edge = await start(pump)
    pump.lift(1, 1)
    await until(async () => (await fetch(`${edge.base}/readyz`)).status === 503)
    expect(await (await fetch(`${edge.base}/readyz`)).text()).toMatch(/station_in_use/)
    await until(async () => (await edge.point(1))?.phase === 'calling')
  })
})
