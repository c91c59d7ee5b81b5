import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { StationSnapshot, toYuanText, vehicleTopics } from '@forecourt/contracts'
import pg from 'pg'
import pino from 'pino'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { type Child, startChild } from '../src/box/child.ts'
import { createCloudApi } from '../src/box/cloud-api.ts'
import { claimPort } from '../src/box/free-port.ts'
import { startNats } from '../src/box/nats.ts'
import { createCameraServer } from '../src/cameras/index.ts'

/*
 * One refuel through parts that none of us wrote: the pump is Debian's pymodbus serving the Compac
 * map, the car is mosquitto_pub, the camera is Python's static HTTP server, the broker in the
 * middle is nats-server and the database PostgreSQL. Ours are only the gateway and the cloud.
 */

const log = pino({ level: 'silent' })
const stationId = 'peers-1'
const plate = '皖A13H25'
const vehicleId = 'car-peers-1'
const adminToken = randomBytes(24).toString('hex')
const deliveredMl = 40_000
/** Not 40 l × 7.89: the controller rounds in its own way, and its way is the law. */
const amountFen = 31_562

const natsServer = inject('natsServer')
const postgresUrl = inject('postgresUrl')
const python = inject('pymodbusPython')
const mosquittoPub = inject('mosquittoPub')
const missing = [natsServer, postgresUrl, python, mosquittoPub].includes(null)

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function startPeer(program: string, args: readonly string[], cwd?: string): ChildProcess {
  const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] })
  closers.push(() => child.kill('SIGKILL'))
  return child
}

/** pymodbus as a Compac hose; each command resolves when the peer says it is done. */
async function startCompac(program: string, port: number) {
  const script = join(import.meta.dirname, 'peers/compac_pump.py')
  const child = startPeer(program, [script, String(port)])
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const say = async (command: string | null) => {
    const answered = once(lines, 'line')
    if (command !== null) child.stdin?.write(`${command}\n`)
    await answered
  }
  await say(null)
  return {
    lift: () => say('lift'),
    deliver: (ml: number, fen: number) => say(`deliver ${ml} ${fen}`),
    hangUp: () => say('hangup'),
  }
}

async function createDatabase(url: string): Promise<string> {
  const name = `peers_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return url.replace(/\/[^/]*$/, `/${name}`)
}

/** A picture of the car, as any camera would have left it in any web server's folder. */
async function takePicture(folder: string): Promise<void> {
  const camera = await createCameraServer({
    host: '127.0.0.1',
    port: 0,
    cameraIds: ['cam-1'],
    seed: 1,
    log,
  })
  camera.show('cam-1', { kind: 'plate', plate })
  const answer = await fetch(`http://127.0.0.1:${camera.port}/cam-1.jpg`)
  writeFileSync(join(folder, 'cam-1.jpg'), Buffer.from(await answer.arrayBuffer()))
  await camera.close()
}

async function start(
  name: string,
  options: Omit<Parameters<typeof startChild>[0], 'name' | 'deadlineMs' | 'log'>,
): Promise<Child> {
  const child = await startChild({ name, deadlineMs: 30_000, log, ...options })
  closers.push(() => child.stop())
  return child
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = await look()
    if (found !== null) return found
    await sleep(100)
  }
  throw new Error(`waited 30 s for: ${what}`)
}

const station = { latitude: 31.2304, longitude: 121.4737 }

function carSays(port: number, token: string, signals: Record<string, unknown>): Promise<unknown> {
  const message = JSON.stringify({ sentAt: new Date().toISOString(), signals })
  const topic = vehicleTopics.telemetry(vehicleId)
  const args = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-i',
    vehicleId,
    '-u',
    vehicleId,
    '-P',
    token,
  ]
  const child = spawn(mosquittoPub ?? '', [...args, '-q', '1', '-t', topic, '-m', message])
  return once(child, 'exit')
}

const carAt = (levelLitres: number, flap: boolean) => ({
  'Vehicle.CurrentLocation.Latitude': station.latitude,
  'Vehicle.CurrentLocation.Longitude': station.longitude,
  'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': levelLitres,
  'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': flap,
})

describe.skipIf(missing)("other people's parts", () => {
  test('one refuel is charged through all of them, at the amount the pump says', {
    timeout: 90_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forecourt-peers-'))
    closers.push(() => rmSync(folder, { recursive: true, force: true }))
    const [modbusPort, cameraPort] = [await claimPort('modbus', 0), await claimPort('camera', 0)]
    const pump = await startCompac(python ?? '', modbusPort)
    await takePicture(folder)
    startPeer(
      python ?? '',
      ['-m', 'http.server', String(cameraPort), '--bind', '127.0.0.1'],
      folder,
    )

    // A server of its own: clouds on one server share its events.
    const nats = await startNats(folder)
    closers.push(nats.close)
    const natsUrl = `nats://127.0.0.1:${nats.port}`
    const cloud = await start('cloud', {
      entry: 'cloud/src/main.ts',
      readyMessage: 'cloud ready',
      env: {
        CLOUD_PORT: '0',
        CLOUD_DATA: join(folder, 'cloud'),
        CLOUD_ADMIN_TOKEN: adminToken,
        DATABASE_URL: await createDatabase(postgresUrl ?? ''),
        NATS_URL: natsUrl,
      },
    })
    const api = createCloudApi(`http://127.0.0.1:${String(cloud.ready['port'])}`, adminToken)
    const stationToken = await api.registerStation({ stationId, name: 'peers' })
    const card = {
      memberId: 'm-peers',
      displayName: '王小明',
      plate,
      vehicleId,
      tankCapacityMl: 60_000,
      grades: null,
    }
    await api.registerMember({ ...card, payment: { kind: 'stored_value' }, openingFen: 100_000 })
    const carToken = await api.vehicleToken(vehicleId)

    writeFileSync(
      join(folder, 'station.json'),
      JSON.stringify({
        stationId,
        location: { ...station, radiusM: 120 },
        dataDirectory: join(folder, 'edge'),
        uplink: { kind: 'nats', servers: [natsUrl] },
        http: { port: 0 },
        mqtt: { port: 0, vehicleTokenPublicKeyPem: await api.vehicleTokenPublicKeyPem() },
        pumps: [
          {
            controllerId: 'compac-1',
            profile: 'compac-c5000',
            line: { kind: 'modbus-tcp', host: '127.0.0.1', port: modbusPort },
            pollEveryMs: 200,
            fuellingPoints: [
              {
                fuellingPoint: 1,
                unitId: 1,
                releaseMode: 'postpay',
                cameraId: 'cam-1',
                nozzles: [{ nozzle: 1, grade: '92' }],
              },
            ],
          },
        ],
        cameras: [
          { cameraId: 'cam-1', kind: 'http', url: `http://127.0.0.1:${cameraPort}/cam-1.jpg` },
        ],
      }),
    )
    const edge = await start('edge', {
      entry: 'edge/src/main.ts',
      args: ['--config', join(folder, 'station.json')],
      readyMessage: 'edge ready',
      env: { UPLINK_TOKEN: stationToken ?? '' },
    })
    const look = async () =>
      StationSnapshot.parse(
        await (await fetch(`http://127.0.0.1:${String(edge.ready['port'])}/station`)).json(),
      )
    const mqttPort = Number(edge.ready['mqttPort'])

    await until('the pump is seen', async () => ((await look()).pumps[0]?.online ? true : null))
    await carSays(mqttPort, carToken, carAt(10, true))
    await pump.lift()
    await until('the lift is seen', async () =>
      (await look()).fuellingPoints[0]?.refuelId ? true : null,
    )
    await pump.deliver(deliveredMl, amountFen)
    await carSays(mqttPort, carToken, carAt(49.6, true))
    await until('the plate is read', async () =>
      (await look()).fuellingPoints[0]?.identity.plates[0] ? true : null,
    )
    await pump.hangUp()

    const last = await until('the refuel is settled', async () => {
      const refuel = (await look()).fuellingPoints[0]?.lastRefuel
      return refuel?.ending ? refuel : null
    })
    expect(last).toMatchObject({ ending: 'charged', amountFen, volumeMl: deliveredMl, plate })

    const [refuel, ...more] = await api.refuels({ stationId, after: 0 })
    expect(more).toEqual([])
    expect(refuel).toMatchObject({
      memberId: 'm-peers',
      charges: 1,
      chargedFen: amountFen,
      origin: 'witnessed',
    })
    expect(toYuanText((await api.balanceFen('m-peers')) ?? 0)).toBe(toYuanText(100_000 - amountFen))
  })
})
