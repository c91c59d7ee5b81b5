import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Box, type Closer, openInOrder } from './box.ts'
import { claimPorts } from './claim-ports.ts'
import { type CloudApi, createCloudApi } from './cloud-api.ts'
import { openDataFolder } from './data-folder.ts'
import { openDevices } from './devices.ts'
import { createEdgeApi } from './edge-api.ts'
import { edgeConfigOf } from './edge-config.ts'
import { CallError } from './http-call.ts'
import type { BoxPorts } from './layout.ts'
import type { BoxOptions } from './own-processes.ts'
import { startSandbox } from './processes.ts'
import { registerStation, type TokenKeeper } from './register.ts'
import { createSandboxApi } from './sandbox-api.ts'
import { writeWhole } from './write-whole.ts'

/** Where the others are, and where they find us. URLs end without a slash. */
export type Elsewhere = {
  readonly cloudUrl: string
  readonly adminToken: string
  readonly edgeUrl: string
  readonly edgeMqttUrl: string
  /** The NATS server with the station's user and password; null: the gateway comes by HTTP. */
  readonly natsStationUrl: string | null
  readonly payKey: string
  /** The gateway's `station.json` and `uplink-token` are written here. */
  readonly stationDirectory: string
  /** The address everything here listens on. */
  readonly listenOn: string
  /** The name the others reach us by. */
  readonly name: string
}

export type AttachOptions = Omit<BoxOptions, 'ports' | 'uplink' | 'databaseUrl' | 'natsUrl'> & {
  readonly ports: Pick<BoxPorts, 'sandbox' | 'modbus' | 'cameras' | 'proxy'>
  readonly elsewhere: Elsewhere
}

/** In the gateway's own container. */
const gatewayPlace = { dataDirectory: '/data', listenOn: '0.0.0.0' } as const
const standardPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'mqtt:': 1883,
  'nats:': 4222,
}

/**
 * Runs provider, pumps, cameras and the line between gateway and cloud, beside a cloud and a
 * gateway that others run. The gateway may come later: its settings are written for it.
 *
 * @throws {PortTakenError} before anything has started.
 * @throws {CallError} when the cloud does not get ready, or refuses a registration.
 */
export function attachBox(options: AttachOptions): Promise<Box> {
  return openInOrder((onOpened) => open(options, onOpened))
}

async function open(
  options: AttachOptions,
  onOpened: (closer: Closer) => void,
): Promise<Omit<Box, 'close'>> {
  const { stationId, points, elsewhere } = options
  const { listenOn } = elsewhere
  const dataDirectory = await openDataFolder(options.dataDirectory, onOpened)
  await mkdir(elsewhere.stationDirectory, { recursive: true })
  const { sandbox: sandboxPort, modbus, cameras, proxy } = options.ports
  const wanted = { sandbox: sandboxPort, modbus, cameras, proxy }
  const ports = await claimPorts(wanted, { points, listenOn })
  const setting = { ...options, dataDirectory, ports, listenOn }

  const { payKey } = elsewhere
  const sandbox = await startSandbox({ ...setting, port: ports.sandbox, payKey })
  onOpened(() => sandbox.stop())
  void sandbox.endedByItself.then((how) => options.onUnexpectedEnd(sandbox.name, how))
  const urls = urlsOf(elsewhere, ports.sandbox)
  const sandboxApi = createSandboxApi(urls.sandbox)
  const cloudApi = createCloudApi(urls.cloud, elsewhere.adminToken)
  await untilReady(cloudApi)
  const tokenKeeper = await openTokenFile(join(elsewhere.stationDirectory, 'uplink-token'))
  await registerStation({ ...setting, cloudApi, sandboxApi, tokenKeeper })

  const target = addressOf(uplinkUrlOf(elsewhere))
  const devices = await openDevices({ ...setting, target }, onOpened)
  await writeStationFile(setting, { devices, cloudApi })
  const edgeApi = createEdgeApi(urls.edge)
  const mqttUrl = elsewhere.edgeMqttUrl
  const apis = { cloudApi, sandboxApi, edgeApi }
  return { stationId, points, ...devices, ...apis, edge: null, mqttUrl, urls }
}

function urlsOf(elsewhere: Elsewhere, sandboxPort: number): Box['urls'] {
  const { cloudUrl, edgeUrl, listenOn } = elsewhere
  return {
    cloud: cloudUrl,
    edge: edgeUrl,
    sandbox: `http://${reachable(listenOn)}:${sandboxPort}`,
  }
}

/** How we ourselves reach an address we listen on. */
export function reachable(listenOn: string): string {
  return listenOn === '0.0.0.0' ? '127.0.0.1' : listenOn
}

const cloudPatienceMs = 120_000
const cloudEveryMs = 500

/** @throws {CallError} with what the cloud said last. */
async function untilReady(cloudApi: CloudApi): Promise<void> {
  const deadlineMs = performance.now() + cloudPatienceMs
  for (;;) {
    try {
      return await cloudApi.ready()
    } catch (error) {
      if (!(error instanceof CallError) || performance.now() > deadlineMs) throw error
      await sleep(cloudEveryMs)
    }
  }
}

/** The gateway reads its token here, so this is also where it is kept. */
async function openTokenFile(file: string): Promise<TokenKeeper> {
  const kept = await readFile(file, 'utf8').catch(() => null)
  return {
    place: file,
    kept: kept === null ? null : kept.trim(),
    keep: (token) => writeWhole(file, `${token}\n`),
  }
}

function uplinkUrlOf({ natsStationUrl, cloudUrl }: Elsewhere): URL {
  return new URL(natsStationUrl ?? cloudUrl)
}

function addressOf({ protocol, hostname, port }: URL) {
  return { host: hostname, port: port === '' ? (standardPorts[protocol] ?? 0) : Number(port) }
}

/** The same URL, led through our line: credentials and path stay. */
function throughLine(url: URL, name: string, port: number): string {
  const led = new URL(url)
  led.hostname = name
  led.port = `${port}`
  return led.href.replace(/\/$/, '')
}

async function writeStationFile(
  setting: AttachOptions,
  known: {
    readonly devices: Pick<Box, 'pumps' | 'cameras' | 'proxy'>
    readonly cloudApi: CloudApi
  },
): Promise<void> {
  const { elsewhere } = setting
  const { pumps, cameras, proxy } = known.devices
  const config = edgeConfigOf({
    ...setting,
    ...gatewayPlace,
    ports: {
      edge: addressOf(new URL(elsewhere.edgeUrl)).port,
      mqtt: addressOf(new URL(elsewhere.edgeMqttUrl)).port,
    },
    devicesAt: elsewhere.name,
    modbusPorts: pumps.ports,
    camerasPort: cameras.port,
    uplink: {
      kind: elsewhere.natsStationUrl === null ? 'http' : 'nats',
      url: throughLine(uplinkUrlOf(elsewhere), elsewhere.name, proxy.port),
    },
    vehicleTokenPublicKeyPem: await known.cloudApi.vehicleTokenPublicKeyPem(),
    logLevel: 'info',
  })
  const file = join(elsewhere.stationDirectory, 'station.json')
  await writeWhole(file, `${JSON.stringify(config, null, 2)}\n`)
}
