import { parseArgs } from 'node:util'
import { z } from 'zod'

const Port = (purpose: string, standard: number) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(standard)
    .describe(`${purpose} (default ${standard}; 0 takes any free one)`)

/** Everything `npm start` can be told, by flag or by environment; the flag wins. */
const Settings = z.strictObject({
  'dashboard-port': Port('operators’ page', 8080),
  'cloud-port': Port('cloud API', 8081),
  'edge-port': Port('gateway’s local API', 8082),
  'sandbox-port': Port('payment sandbox', 8083),
  'mqtt-port': Port('connected cars', 1883),
  'modbus-port': Port('first pump controller, the others follow', 1502),
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
}

const names = Object.keys(Settings.shape)

/** `--cloud-port` is `FORECOURT_CLOUD_PORT` in the environment. */
const environmentName = (flag: string) => `FORECOURT_${flag.replaceAll('-', '_').toUpperCase()}`

export function helpText(): string {
  const rows = Object.entries(Settings.shape).map(
    ([name, schema]) => `  --${name.padEnd(16)} ${schema.description ?? ''}`,
  )
  return `The whole product on this machine: cloud, payment sandbox, one station with simulated
pumps, cameras and cars, and the operators' page.

  npm start [-- FLAGS]

${rows.join('\n')}
  --help             this text

Every flag is an environment variable too: --cloud-port is FORECOURT_CLOUD_PORT.
DATABASE_URL (PostgreSQL) and NATS_URL take the place of the embedded parts.
Everything listens on 127.0.0.1. Ctrl-C ends it; the data stays.
`
}

/** @throws {Error} that names every wrong flag or variable. */
export function loadSettings(args: readonly string[]): StartSettings | 'help' {
  if (args.includes('--help') || args.includes('-h')) return 'help'
  const flags = names.map((name) => [name, { type: 'string' as const }])
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: Object.fromEntries(flags),
  })
  const fromEnvironment = names.flatMap((name) => {
    const value = process.env[environmentName(name)]
    return value === undefined ? [] : [[name, value]]
  })
  const parsed = Settings.safeParse({ ...Object.fromEntries(fromEnvironment), ...values })
  if (!parsed.success) {
    throw new Error(`${z.prettifyError(parsed.error)}\n(--help shows every flag)`)
  }
  return {
    ...parsed.data,
    databaseUrl: process.env['DATABASE_URL'] ?? null,
    natsUrl: process.env['NATS_URL'] ?? null,
  }
}
