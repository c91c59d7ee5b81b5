import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Child, type ChildOptions, startChild } from './child.ts'
import { inheritedEnv } from './config.ts'
import { type BoxPorts, host } from './layout.ts'
import type { BoxSecrets } from './secrets.ts'

/** Long enough for a cold start of the embedded database on a slow disk. */
const readyDeadlineMs = 60_000
/** A million yuan a member and day. */
const dayFenMax = 100_000_000

type Setting = {
  readonly dataDirectory: string
  readonly ports: BoxPorts
  readonly secrets: BoxSecrets
  readonly log: Logger
}

export function startSandbox(sandbox: {
  readonly dataDirectory: string
  readonly listenOn: string
  readonly port: number
  /** The secret it shares with the cloud. */
  readonly payKey: string
  readonly log: Logger
}): Promise<Child> {
  const { dataDirectory, listenOn, port, payKey, log } = sandbox
  return startChild({
    name: 'sandbox',
    entry: 'simulators/src/providers/main.ts',
    env: {
      ...inheritedEnv(),
      SANDBOX_HOST: listenOn,
      SANDBOX_PORT: `${port}`,
      SANDBOX_PAY_KEY: payKey,
      SANDBOX_DATA: join(dataDirectory, 'sandbox-book.jsonl'),
    },
    readyMessage: 'sandbox ready',
    deadlineMs: readyDeadlineMs,
    log,
  })
}

export function startCloud(
  setting: Setting & { readonly databaseUrl: string | null; readonly natsUrl: string | null },
): Promise<Child> {
  const { dataDirectory, ports, secrets, log, databaseUrl, natsUrl } = setting
  return startChild({
    name: 'cloud',
    entry: 'cloud/src/main.ts',
    env: {
      ...inheritedEnv(),
      CLOUD_PORT: `${ports.cloud}`,
      CLOUD_DATA: join(dataDirectory, 'cloud'),
      CLOUD_ADMIN_TOKEN: secrets.adminToken,
      SANDBOX_PAY_URL: `http://${host}:${ports.sandbox}`,
      SANDBOX_PAY_KEY: secrets.payKey,
      // A simulated day holds more cars than a real one: a show of hours must not end at the cap.
      RISK_DAY_FEN_MAX: `${dayFenMax}`,
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      ...(natsUrl === null ? {} : { NATS_URL: natsUrl }),
    },
    readyMessage: 'cloud ready',
    deadlineMs: readyDeadlineMs,
    log,
  })
}

export function edgeProcess(edge: {
  readonly configFile: string
  readonly stationToken: string
  readonly log: Logger
}): ChildOptions {
  return {
    name: 'edge',
    entry: 'edge/src/main.ts',
    args: ['--config', edge.configFile],
    env: { ...inheritedEnv(), UPLINK_TOKEN: edge.stationToken },
    readyMessage: 'edge ready',
    deadlineMs: readyDeadlineMs,
    log: edge.log,
  }
}
