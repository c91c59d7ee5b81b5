import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { type CameraServer, createCameraServer } from '../cameras/index.ts'
import { createTcpProxy, type TcpProxy } from '../faults/tcp-proxy.ts'
import type { Child } from './child.ts'
import { claimPorts } from './claim-ports.ts'
import { type CloudApi, createCloudApi, type MemberCard } from './cloud-api.ts'
import { createEdgeApi, type EdgeApi } from './edge-api.ts'
import { edgeConfigOf } from './edge-config.ts'
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts'
import { type BoxFuellingPoint, type BoxPorts, cameraIdOf, host } from './layout.ts'
import { edgeProcess, startCloud, startSandbox } from './processes.ts'
import { createPumpBank, type PumpBank } from './pump-bank.ts'
import { registerStation } from './register.ts'
import { createSandboxApi, type SandboxApi } from './sandbox-api.ts'
import { readSecrets } from './secrets.ts'
import { openUplinkTarget } from './uplink-target.ts'

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

/** A whole station with its cloud, as real processes around simulated devices. */
export type Box = {
  readonly stationId: string
  readonly points: readonly BoxFuellingPoint[]
  readonly ports: BoxPorts
  readonly pumps: PumpBank
  readonly cameras: CameraServer
  /** The line between the gateway and the cloud (or its NATS server). */
  readonly proxy: TcpProxy
  readonly edge: EdgeProcess
  readonly cloud: Child
  readonly cloudApi: CloudApi
  readonly sandboxApi: SandboxApi
  readonly edgeApi: EdgeApi
  readonly mqttUrl: string
  /** Ends every process and frees every port. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts everything in order: provider, cloud, members, pumps, cameras, gateway. When one part
 * fails, those before it are ended again.
 *
 * @throws {PortTakenError} before anything has started.
 * @throws {ChildError} when a process does not come up, with its last lines.
 * @throws {CallError} when the cloud refuses a registration.
 */
export async function createBox(options: BoxOptions): Promise<Box> {
  const opened: (() => Promise<unknown>)[] = []
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= closeAll(opened)
    return closing
  }
  try {
    const parts = await open(options, (closer) => opened.push(closer))
    return { stationId: options.stationId, points: options.points, ...parts, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closer = () => Promise<unknown>

/** The newest first, so that nobody loses what it depends on before its own end. */
async function closeAll(opened: readonly Closer[]): Promise<void> {
  for (const closer of opened.toReversed()) await closer()
}

async function open(
  options: BoxOptions,
  onOpened: (closer: Closer) => void,
): Promise<Omit<Box, 'close' | 'stationId' | 'points'>> {
  const { points, log, seed } = options
  const dataDirectory = resolve(options.dataDirectory)
  await mkdir(dataDirectory, { recursive: true })
  const secrets = await readSecrets(dataDirectory)
  const ports = await claimPorts(options.ports, points)
  const setting = { ...options, dataDirectory, ports, secrets }

  const target = await openUplinkTarget(setting)
  onOpened(target.close)
  const sandbox = await startSandbox(setting)
  onOpened(() => sandbox.stop())
  const cloud = await startCloud({ ...setting, natsUrl: target.natsUrl })
  onOpened(() => cloud.stop())
  for (const child of [sandbox, cloud]) {
    void child.endedByItself.then((how) => options.onUnexpectedEnd(child.name, how))
  }

  const cloudApi = createCloudApi(`http://${host}:${ports.cloud}`, secrets.adminToken)
  const sandboxApi = createSandboxApi(`http://${host}:${ports.sandbox}`)
  const stationToken = await registerStation({ ...setting, cloudApi, sandboxApi })

  const pumps = await createPumpBank({ ...setting, port: ports.modbus })
  onOpened(pumps.close)
  const cameraIds = points.map(({ fuellingPoint }) => cameraIdOf(fuellingPoint))
  const cameras = await createCameraServer({ host, port: ports.cameras, cameraIds, seed, log })
  onOpened(cameras.close)
  const proxy = await createTcpProxy({ host, port: ports.proxy, target: target.address })
  onOpened(proxy.close)

  const configFile = await writeEdgeConfig(setting, {
    modbusPorts: pumps.ports,
    vehicleTokenPublicKeyPem: await cloudApi.vehicleTokenPublicKeyPem(),
  })
  const edge = await startEdgeProcess(edgeProcess({ configFile, stationToken, log }), (how) =>
    options.onUnexpectedEnd('edge', how),
  )
  onOpened(edge.stop)
  const edgeApi = createEdgeApi(`http://${host}:${ports.edge}`)
  const mqttUrl = `mqtt://${host}:${ports.mqtt}`
  return { ports, pumps, cameras, proxy, edge, cloud, cloudApi, sandboxApi, edgeApi, mqttUrl }
}

async function writeEdgeConfig(
  setting: BoxOptions,
  known: {
    readonly modbusPorts: ReadonlyMap<string, number>
    readonly vehicleTokenPublicKeyPem: string
  },
): Promise<string> {
  const file = join(setting.dataDirectory, 'station.json')
  const config = edgeConfigOf({
    ...setting,
    ...known,
    dataDirectory: join(setting.dataDirectory, 'edge'),
    uplink: { kind: setting.uplink, port: setting.ports.proxy },
    logLevel: 'info',
  })
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`)
  return file
}
