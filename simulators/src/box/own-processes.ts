import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Box, type Closer, openInOrder } from './box.ts'
import { claimPorts } from './claim-ports.ts'
import { createCloudApi, type MemberCard } from './cloud-api.ts'
import { openDataFolder } from './data-folder.ts'
import { openDevices } from './devices.ts'
import { createEdgeApi } from './edge-api.ts'
import { edgeConfigOf } from './edge-config.ts'
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts'
import { type BoxFuellingPoint, type BoxPorts, host } from './layout.ts'
import { edgeProcess, startCloud, startSandbox } from './processes.ts'
import { registerStation } from './register.ts'
import { createSandboxApi } from './sandbox-api.ts'
import { readSecrets, secretsFile, writeSecrets } from './secrets.ts'
import { openUplinkTarget } from './uplink-target.ts'
import { writeWhole } from './write-whole.ts'

export type BoxOptions = {
  /** Everything the station keeps lies here; begun afresh when empty. */
  readonly dataDirectory: string
  readonly stationId: string
  readonly ports: BoxPorts
  readonly points: readonly BoxFuellingPoint[]
  /** Registered before the station opens. */
  readonly members: readonly MemberCard[]
  /** How many times faster than the wall clock fuel flows, 1 to 1000. */
  readonly timeScale: number
  readonly seed: number
  readonly uplink: 'http' | 'nats'
  /** PostgreSQL for the cloud; null takes its embedded default. */
  readonly databaseUrl: string | null
  /** A NATS server; null starts one when `uplink` is `nats`. */
  readonly natsUrl: string | null
  /** How often the gateway looks at a bay while a nozzle is lifted. */
  readonly readEveryMs: number
  readonly log: Logger
  /** Told when a process of the product ended by itself. */
  readonly onUnexpectedEnd: (name: string, how: string) => void
}

/** A box whose gateway is a process of ours, to be killed, frozen and started again. */
export type OwnBox = Omit<Box, 'edge'> & {
  readonly edge: EdgeProcess
  readonly ports: BoxPorts
}

/**
 * Starts everything in order: provider, cloud, members, pumps, cameras, gateway. When one part
 * fails, those before it are ended again.
 *
 * @throws {PortTakenError} before anything has started.
 * @throws {ChildError} when a process does not come up, with its last lines.
 * @throws {CallError} when the cloud refuses a registration.
 */
export function createBox(options: BoxOptions): Promise<OwnBox> {
  return openInOrder((onOpened) => open(options, onOpened))
}

async function open(
  options: BoxOptions,
  onOpened: (closer: Closer) => void,
): Promise<Omit<OwnBox, 'close'>> {
  const { stationId, points, log } = options
  const dataDirectory = await openDataFolder(options.dataDirectory, onOpened)
  const secrets = await readSecrets(dataDirectory)
  const ports = await claimPorts(options.ports, { points, listenOn: host })
  const setting = { ...options, dataDirectory, ports, secrets, listenOn: host }

  const target = await openUplinkTarget(setting)
  onOpened(target.close)
  const sandbox = await startSandbox({ ...setting, port: ports.sandbox, payKey: secrets.payKey })
  onOpened(() => sandbox.stop())
  const cloud = await startCloud({ ...setting, natsUrl: target.natsUrl })
  onOpened(() => cloud.stop())
  for (const child of [sandbox, cloud]) {
    void child.endedByItself.then((how) => options.onUnexpectedEnd(child.name, how))
  }

  const urls = urlsOf(ports)
  const cloudApi = createCloudApi(urls.cloud, secrets.adminToken)
  const sandboxApi = createSandboxApi(urls.sandbox)
  const stationToken = await registerStation({
    ...setting,
    cloudApi,
    sandboxApi,
    tokenKeeper: {
      place: secretsFile(dataDirectory),
      kept: secrets.stationToken,
      keep: (token) => writeSecrets(dataDirectory, { ...secrets, stationToken: token }),
    },
  })
  const devices = await openDevices({ ...setting, target: target.address }, onOpened)
  const configFile = await writeEdgeConfig(setting, {
    modbusPorts: devices.pumps.ports,
    camerasPort: devices.cameras.port,
    vehicleTokenPublicKeyPem: await cloudApi.vehicleTokenPublicKeyPem(),
  })
  // A gateway whose store was lost is a new one to the cloud. The folder is ours alone, so no
  // other speaks for this station.
  await cloudApi.releaseEdge(stationId)
  const edge = await startEdgeProcess(edgeProcess({ configFile, stationToken, log }), (how) =>
    options.onUnexpectedEnd('edge', how),
  )
  onOpened(edge.stop)
  const edgeApi = createEdgeApi(urls.edge)
  const mqttUrl = `mqtt://${host}:${ports.mqtt}`
  const apis = { cloudApi, sandboxApi, edgeApi }
  return { stationId, points, ports, ...devices, ...apis, edge, mqttUrl, urls }
}

function urlsOf(ports: BoxPorts): Box['urls'] {
  return {
    cloud: `http://${host}:${ports.cloud}`,
    edge: `http://${host}:${ports.edge}`,
    sandbox: `http://${host}:${ports.sandbox}`,
  }
}

async function writeEdgeConfig(
  setting: BoxOptions,
  known: {
    readonly modbusPorts: ReadonlyMap<string, number>
    readonly camerasPort: number
    readonly vehicleTokenPublicKeyPem: string
  },
): Promise<string> {
  const { uplink, ports } = setting
  const scheme = uplink === 'http' ? 'http' : 'nats'
  const file = join(setting.dataDirectory, 'station.json')
  const config = edgeConfigOf({
    ...setting,
    ...known,
    dataDirectory: join(setting.dataDirectory, 'edge'),
    listenOn: host,
    devicesAt: host,
    uplink: { kind: uplink, url: `${scheme}://${host}:${ports.proxy}` },
    logLevel: 'info',
  })
  await writeWhole(file, `${JSON.stringify(config, null, 2)}\n`)
  return file
}
