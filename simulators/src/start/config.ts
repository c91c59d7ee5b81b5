import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Elsewhere } from '../box/index.ts'
import { describeElsewhere, readElsewhere } from './elsewhere.ts'

/** Fixed where others must find them: the gateway's settings outlive our restarts. */
export const attachedPorts = { cameras: 8090, line: 8084 } as const
const AnyPort = z.coerce.number().int().min(0).max(65_535)
const Port = (purpose: string, standard: number) =>
  AnyPort.default(standard).describe(`${purpose} (default ${standard}; 0 takes any free one)`)
const LatePort = (purpose: string, attached: number) =>
  AnyPort.optional().describe(`${purpose} (default ${attached} with --attach, else any free one)`)

/** Everything `npm start` can be told, by flag or by environment; the flag wins. */
const Settings = z.strictObject({
  'dashboard-port': Port('operators’ page', 8080),
  'cloud-port': Port('cloud API', 8081),
  'edge-port': Port('gateway’s local API', 8082),
  'sandbox-port': Port('payment sandbox', 8083),
  'mqtt-port': Port('connected cars', 1883),
  'modbus-port': Port('first pump controller, the others follow', 1502),
  'cameras-port': LatePort('cameras’ pictures', attachedPorts.cameras),
  'line-port': LatePort('the line from gateway to cloud', attachedPorts.line),
  'time-scale': z.coerce
    .number()
    .min(1)
    .max(50)
    .default(4)
    .describe('fuel and cars move so many times faster than real (default 4)'),
  data: z.string().min(1).default('var').describe('folder for everything kept (default var)'),
  autopilot: z
    .enum(['on', 'off'])
    .default('on')
    .describe('cars come by themselves: on or off (default on)'),
  uplink: z
    .enum(['http', 'nats'])
    .default('http')
    .describe('how the gateway reaches the cloud: http or nats (default http)'),
  'log-level': z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('what goes to stderr (default warn)'),
})
export type StartSettings = z.infer<typeof Settings> & {
  readonly databaseUrl: string | null
  readonly natsUrl: string | null
  /** With `--attach`: where cloud and gateway run. */
  readonly elsewhere: Elsewhere | null
}

const names = Object.keys(Settings.shape)
/** Settings of what others run, once we only attach to it. */
const notOurs = ['cloud-port', 'edge-port', 'mqtt-port', 'uplink'] as const

/** `--cloud-port` is `FORECOURT_CLOUD_PORT` in the environment. */
const environmentName = (flag: string) => `FORECOURT_${flag.replaceAll('-', '_').toUpperCase()}`

export function helpText(): string {
  const rows = Object.entries(Settings.shape).map(
    ([name, schema]) => `  --${name.padEnd(16)} ${schema.description ?? ''}`,
  )
  return `The whole product on this machine: cloud, payment sandbox, one station with simulated
pumps, cameras and cars, and the operators' page.

  npm start [-- FLAGS]
  npm start -- --attach [FLAGS]

${rows.join('\n')}
  --attach           beside a cloud and a gateway that run elsewhere, see below
  --help             this text

Every flag is an environment variable too: --cloud-port is FORECOURT_CLOUD_PORT.
DATABASE_URL (PostgreSQL) and NATS_URL take the place of the embedded parts.
Everything listens on 127.0.0.1. Ctrl-C ends it; the data stays.

--attach runs the payment sandbox, pumps, cameras, cars and the page only, registers the station
at the cloud and writes the gateway's settings for it. Told by environment:
${describeElsewhere()}
${notOurs.map((name) => `--${name}`).join(', ')} have no meaning then; DATABASE_URL and NATS_URL are the cloud's.
`
}

function readFlags(args: readonly string[]): Readonly<Record<string, unknown>> {
  const flags = names.map((name) => [name, { type: 'string' as const }])
  const options = { ...Object.fromEntries(flags), attach: { type: 'boolean' as const } }
  return parseArgs({ args: [...args], strict: true, options }).values
}

/** @throws {Error} that names every wrong flag or variable. */
export function loadSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): StartSettings | 'help' {
  if (args.includes('--help') || args.includes('-h')) return 'help'
  const { attach, ...given } = readFlags(args)
  const fromEnvironment = names.flatMap((name) => {
    const value = env[environmentName(name)]
    return value === undefined ? [] : [[name, value]]
  })
  const parsed = Settings.safeParse({ ...Object.fromEntries(fromEnvironment), ...given })
  const read = attach === true ? readElsewhere(env) : { elsewhere: null }
  const faults = [
    ...(parsed.success ? [] : [z.prettifyError(parsed.error)]),
    ...('faults' in read ? [read.faults] : []),
    ...notOurs
      .filter((name) => attach === true && name in given)
      .map((name) => `✖ --${name} has no meaning with --attach`),
    ...(parsed.success ? sharedPorts(parsed.data, attach === true ? notOurs : []) : []),
  ]
  if (!parsed.success || 'faults' in read || faults.length > 0) {
    throw new Error(`${faults.join('\n')}\n(--help shows every flag)`)
  }
  return {
    ...parsed.data,
    databaseUrl: env['DATABASE_URL'] ?? null,
    natsUrl: env['NATS_URL'] ?? null,
    elsewhere: read.elsewhere,
  }
}

/** Two doors cannot be one; 0 is any free port, each time another. */
function sharedPorts(
  settings: Readonly<Record<string, unknown>>,
  unused: readonly string[],
): readonly string[] {
  const ports = names.filter((name) => name.endsWith('-port') && !unused.includes(name))
  const byPort = Map.groupBy(
    ports.filter((name) => settings[name] !== undefined && settings[name] !== 0),
    (name) => settings[name],
  )
  return [...byPort].flatMap(([port, flags]) =>
    flags.length === 1
      ? []
      : [`✖ --${flags.join(' and --')} are all ${String(port)}: every one needs its own`],
  )
}
