import type { Logger } from 'pino'
import {
  attachBox,
  type Box,
  type BoxPorts,
  claimPort,
  createBox,
  fourPoints,
  host,
  reachable,
} from '../box/index.ts'
import { type Dashboard, startDashboard } from '../dashboard/index.ts'
import { randomMembers } from '../scenarios/member-cards.ts'
import { createRandom } from '../scenarios/random.ts'
import { createWorld } from '../world/index.ts'
import type { World } from '../world/world.ts'
import { attachedPorts, type StartSettings } from './config.ts'

/** The whole product, running. */
export type Running = {
  readonly box: Box
  readonly world: World
  readonly dashboardUrl: string
  /** Ends everything and frees every port. Idempotent. */
  close(): Promise<void>
}

/** The same people every time, so that a restart meets its own members again. */
const memberSeed = 2_026
const memberCount = 12
const stationId = 'demo-1'

/**
 * Starts the box, the world in it and the page on it.
 *
 * @throws {PortTakenError} {ChildError} {CallError} as `createBox` does; all is ended then.
 */
export async function start(options: {
  readonly settings: StartSettings
  readonly log: Logger
  readonly onUnexpectedEnd: (name: string, how: string) => void
}): Promise<Running> {
  const { settings, log } = options
  const timeScale = settings['time-scale']
  const seed = Math.trunc(Date.now() / 1_000)
  const members = randomMembers(createRandom(memberSeed), { count: memberCount, prefix: 'demo' })
  const { elsewhere } = settings
  const listenOn = elsewhere?.listenOn ?? host
  // Opened last, but told first when it is taken.
  await claimPort('dashboard', settings['dashboard-port'], listenOn)
  const site = {
    ...settings,
    dataDirectory: settings.data,
    stationId,
    ports: portsOf(settings),
    points: fourPoints,
    members,
    timeScale,
    // Fixed: a pump that is new to the data folder begins with the same meter.
    seed: memberSeed,
    readEveryMs: 500,
    log,
    onUnexpectedEnd: options.onUnexpectedEnd,
  }
  const box = elsewhere === null ? await createBox(site) : await attachBox({ ...site, elsewhere })
  let world: World | null = null
  let dashboard: Dashboard | null = null
  const close = async () => {
    await dashboard?.close()
    await world?.close()
    await box.close()
  }
  try {
    world = await createWorld({ box, members, timeScale, seed, autopilot: settings.autopilot, log })
    const port = settings['dashboard-port']
    dashboard = await startDashboard({ world, host: listenOn, port, log })
    return { box, world, dashboardUrl: `http://${reachable(listenOn)}:${dashboard.port}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

function portsOf(settings: StartSettings): BoxPorts {
  const { elsewhere } = settings
  return {
    cloud: settings['cloud-port'],
    edge: settings['edge-port'],
    sandbox: settings['sandbox-port'],
    mqtt: settings['mqtt-port'],
    modbus: settings['modbus-port'],
    cameras: settings['cameras-port'] ?? (elsewhere === null ? 0 : attachedPorts.cameras),
    proxy: settings['line-port'] ?? (elsewhere === null ? 0 : attachedPorts.line),
  }
}
