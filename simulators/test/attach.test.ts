import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, afterEach, describe, expect, inject, test } from 'vitest'
import { shippedUsers, startServer } from '../../edge/test/nats-peer.ts'
import { startChild } from '../src/box/child.ts'
import { inheritedEnv } from '../src/box/config.ts'
import { claimPort } from '../src/box/free-port.ts'
import { loadSettings } from '../src/start/config.ts'
import type { WorldSnapshot } from '../src/world/world.ts'

/*
 * The containers of docker-compose.yml as plain processes with the same commands and variables:
 * cloud, simulators and gateway know each other by addresses and by the station's folder only.
 */

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'forecourt-attach-'))
const stationDirectory = join(folder, 'station')
const log = pino({ level: 'silent' })
const patience = { timeout: 60_000, interval: 200 }
const longMs = 150_000
const secrets = {
  CLOUD_ADMIN_TOKEN: randomBytes(24).toString('hex'),
  SANDBOX_PAY_KEY: randomBytes(24).toString('hex'),
}
const passwords = { NATS_CLOUD_PASSWORD: '12e4567890', NATS_STATION_PASSWORD: '0987654321ab' }

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function startCloud(cloud: { natsUrl: string; sandboxUrl: string }): Promise<string> {
  const child = await startChild({
    name: 'cloud',
    entry: 'cloud/src/main.ts',
    env: {
      ...inheritedEnv(),
      ...secrets,
      CLOUD_PORT: '0',
      CLOUD_DATA: 'memory',
      NATS_URL: cloud.natsUrl,
      SANDBOX_PAY_URL: cloud.sandboxUrl,
    },
    readyMessage: 'cloud ready',
    deadlineMs: 60_000,
    log,
  })
  closers.push(() => child.stop())
  return `http://127.0.0.1:${String(child.ready['port'])}`
}

/** As the container starts it: one flag, and everything else by environment. */
function startSimulators(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['simulators/src/start/main.ts', '--attach'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inheritedEnv(), ...secrets, ...env },
  })
  closers.push(() => child.kill('SIGKILL'))
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
  return { child, said: () => lines.join('\n') }
}

/** The gateway on the written settings, at another place than its container would have. */
async function startEdge(): Promise<void> {
  const config = JSON.parse(readFileSync(join(stationDirectory, 'station.json'), 'utf8'))
  config.dataDirectory = join(folder, 'edge')
  config.http.host = config.mqtt.host = '127.0.0.1'
  const file = join(folder, 'moved.json')
  writeFileSync(file, JSON.stringify(config))
  const child = await startChild({
    name: 'edge',
    entry: 'edge/src/main.ts',
    args: ['--config', file],
    env: { ...inheritedEnv(), UPLINK_TOKEN_FILE: join(stationDirectory, 'uplink-token') },
    readyMessage: 'edge ready',
    deadlineMs: 60_000,
    log,
  })
  closers.push(() => child.stop())
}

async function end(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  return (await ended)[0]
}

describe.skipIf(inject('natsServer') === null)('simulators attached over NATS with users', () => {
  test(
    'a cloud and a gateway that others run charge a refuel, and the line in between can be cut',
    async () => {
      const nats = await startServer(shippedUsers(passwords))
      closers.push(nats.stop)
      const ports = {
        dashboard: await claimPort('dashboard', 0),
        sandbox: await claimPort('sandbox', 0),
        edge: await claimPort('edge', 0),
        mqtt: await claimPort('mqtt', 0),
      }
      const cloudUrl = await startCloud({
        natsUrl: nats.urlOf('cloud', passwords.NATS_CLOUD_PASSWORD),
        sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
      })
      const env = {
        CLOUD_URL: cloudUrl,
        EDGE_URL: `http://127.0.0.1:${ports.edge}`,
        EDGE_MQTT_URL: `mqtt://127.0.0.1:${ports.mqtt}`,
        NATS_STATION_URL: nats.urlOf('demo-1', passwords.NATS_STATION_PASSWORD),
        STATION_DIRECTORY: stationDirectory,
        SIMULATORS_NAME: 'localhost',
        FORECOURT_DASHBOARD_PORT: `${ports.dashboard}`,
        FORECOURT_SANDBOX_PORT: `${ports.sandbox}`,
        FORECOURT_MODBUS_PORT: '0',
        FORECOURT_CAMERAS_PORT: '0',
        FORECOURT_LINE_PORT: '0',
        FORECOURT_TIME_SCALE: '8',
        FORECOURT_DATA: join(folder, 'simulators'),
      }
      const base = `http://127.0.0.1:${ports.dashboard}`
      const isUp = () =>
        fetch(`${base}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        )
      const world = async () => (await (await fetch(`${base}/api/world`)).json()) as WorldSnapshot
      const act = (action: unknown) =>
        fetch(`${base}/api/actions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(action),
        })

      const first = startSimulators(env)
      await expect.poll(isUp, patience).toBe(true)
      // The page is there before the gateway, and no car comes to a station that nobody watches.
      await sleep(1_000)
      expect(await world()).toMatchObject({ station: null, cars: [], autopilot: 'on' })
      const token = readFileSync(join(stationDirectory, 'uplink-token'), 'utf8')
      for (const name of ['station.json', 'uplink-token']) {
        expect(statSync(join(stationDirectory, name)).mode & 0o777, name).toBe(0o600)
      }

      await startEdge()
      await expect.poll(async () => (await world()).counts.charged, patience).toBeGreaterThan(0)
      const restart = await act({ type: 'restart_edge' })
      expect(await restart.json()).toMatchObject({ type: 'edge_elsewhere', status: 409 })
      await act({ type: 'set_uplink', uplink: 'cut' })
      await expect.poll(async () => (await world()).station?.uplink.online, patience).toBe(false)
      await act({ type: 'set_uplink', uplink: 'up' })
      await expect.poll(async () => (await world()).station?.uplink.online, patience).toBe(true)
      const { counts, station } = await world()
      expect(counts).toMatchObject({ lost: 0, doubleCharged: 0, wrongAmount: 0 })
      expect(station?.uplink.kind).toBe('nats')
      expect(await end(first.child), first.said()).toBe(0)

      // The container is started again: the station is known by now, its token is kept.
      const second = startSimulators(env)
      await expect.poll(isUp, patience).toBe(true)
      expect(readFileSync(join(stationDirectory, 'uplink-token'), 'utf8')).toBe(token)
      expect(await end(second.child), second.said()).toBe(0)
      for (const secret of [...Object.values(secrets), ...Object.values(passwords), token.trim()]) {
        expect(first.said() + second.said()).not.toContain(secret)
      }
    },
    longMs,
  )
})

describe('--attach', () => {
  const env = {
    ...secrets,
    CLOUD_URL: 'http://cloud:8081/',
    EDGE_URL: 'http://edge:8082',
    EDGE_MQTT_URL: 'mqtt://edge:1883',
    STATION_DIRECTORY: '/station',
    SIMULATORS_NAME: 'simulators',
  }

  test('names every mistake at once, in flags and environment', () => {
    const { EDGE_URL: _, ...less } = {
      ...env,
      CLOUD_URL: 'https://cloud',
      NATS_STATION_URL: 'nats',
    }
    const load = () => loadSettings(['--attach', '--cloud-port', '1', '--time-scale', '99'], less)
    for (const name of [
      'time-scale',
      'CLOUD_URL',
      'EDGE_URL',
      'NATS_STATION_URL',
      '--cloud-port',
    ]) {
      expect(load).toThrow(name)
    }
  })

  test('takes what it needs, and without it nothing is attached', () => {
    const settings = loadSettings(['--attach'], env)
    expect(settings).toMatchObject({
      elsewhere: { cloudUrl: 'http://cloud:8081', natsStationUrl: null, listenOn: '127.0.0.1' },
    })
    expect(loadSettings([], env)).toMatchObject({ elsewhere: null })
  })
})
