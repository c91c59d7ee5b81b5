import { NatsUrl, plateAcceptConfidence } from '@forecourt/contracts'
import { z } from 'zod'

const Port = z.coerce.number().int().min(0).max(65_535)
const HttpUrl = z.url({ protocol: /^https?$/ })

/** Every setting of the cloud, all from the environment. */
export const Environment = z
  .object({
    CLOUD_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
    CLOUD_PORT: Port.default(8081).describe('Port to listen on; 0 takes any free one'),
    CLOUD_DATA: z
      .string()
      .min(1)
      .default('var/cloud')
      .describe('Folder for the embedded database and the key, or `memory`'),
    CLOUD_ADMIN_TOKEN: z
      .string({ error: 'is required: the operator’s bearer token, at least 16 characters' })
      .min(16)
      .max(512)
      .regex(/^[!-~]+$/, 'use printable ASCII without spaces')
      .describe('Required. The operator’s bearer token; there is no default'),
    CLOUD_PUBLIC_URL: HttpUrl.optional().describe(
      'Where providers reach this cloud; by default from host and port',
    ),
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/ })
      .optional()
      .describe('PostgreSQL; without it an embedded database that does not fsync, for trying'),
    NATS_URL: NatsUrl.optional().describe(
      'NATS with JetStream, nats://[user:password@]host; without it stations come over HTTP only',
    ),
    SANDBOX_PAY_URL: HttpUrl.optional().describe('The sandbox payment provider'),
    SANDBOX_PAY_KEY: z.string().min(8).optional().describe('The key shared with it'),
    VEHICLE_TOKEN_KEY_FILE: z
      .string()
      .min(1)
      .optional()
      .describe('Ed25519 key of cars’ credentials; by default kept in CLOUD_DATA'),
    MATCH_ACCEPT_CONFIDENCE: z.coerce
      .number()
      .min(0.5)
      .max(1)
      .default(plateAcceptConfidence)
      .describe('From here on a plate read may stand alone'),
    RISK_FILL_FEN_MAX: z.coerce
      .number()
      .int()
      .positive()
      .max(100_000_000)
      .default(200_000)
      .describe('The most one fill is charged without a person'),
    RISK_DAY_FEN_MAX: z.coerce
      .number()
      .int()
      .positive()
      .max(1_000_000_000)
      .default(1_000_000)
      .describe('The most a member is charged a day (+08:00) without a person'),
    CHARGE_TIMEOUT_MS: z.coerce
      .number()
      .int()
      .min(100)
      .max(30_000)
      .default(5_000)
      .describe('How long a provider may take before its answer counts as unknown'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('How much to log'),
  })
  .refine((env) => (env.SANDBOX_PAY_URL === undefined) === (env.SANDBOX_PAY_KEY === undefined), {
    message: 'SANDBOX_PAY_URL and SANDBOX_PAY_KEY go together: give both or none',
    path: ['SANDBOX_PAY_KEY'],
  })
export type Environment = z.infer<typeof Environment>

/** The environment is not usable; the message names every fault and the setting it is in. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config_invalid'
}

/**
 * Reads the settings. An empty value counts as not given.
 *
 * @throws {ConfigError} `config_invalid`, with all faults at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (parsed.success) return parsed.data
  throw new ConfigError(z.prettifyError(parsed.error))
}

/** The settings as text, for `--help`. */
export function describeConfig(): string {
  return Object.entries(Environment.shape)
    .map(([name, schema]) => `  ${name.padEnd(24)}${schema.description ?? ''}`)
    .join('\n')
}
