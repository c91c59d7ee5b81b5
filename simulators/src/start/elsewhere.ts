import { NatsUrl } from '@forecourt/contracts'
import { z } from 'zod'
import type { Elsewhere } from '../box/index.ts'

const token = (purpose: string) =>
  z
    .string({ error: 'is required' })
    .min(16)
    .max(512)
    .regex(/^[!-~]+$/, 'use printable ASCII without spaces')
    .describe(purpose)

/** The line in between passes bytes, so a certificate for the far end's name would not fit it. */
const HttpUrl = z
  .url({
    protocol: /^http$/,
    error: ({ input }) => (input === undefined ? 'is required' : 'give an http:// URL'),
  })
  .transform((url) => url.replace(/\/$/, ''))

/** What `--attach` needs to know, by environment only: there are secrets in it. */
const Environment = z.object({
  CLOUD_URL: HttpUrl.describe('the cloud, http://host:port'),
  CLOUD_ADMIN_TOKEN: token('the cloud’s operator token'),
  EDGE_URL: HttpUrl.describe('the gateway’s local API; it listens on this port'),
  EDGE_MQTT_URL: z
    .url({
      protocol: /^mqtt$/,
      error: ({ input }) => (input === undefined ? 'is required' : 'give an mqtt:// URL'),
    })
    .describe('where connected cars reach the gateway; it listens on this port'),
  NATS_STATION_URL: NatsUrl.refine((url) => url.startsWith('nats:'), 'give a nats:// URL')
    .optional()
    .describe('nats://user:password@host of the station; without it the uplink is HTTP'),
  SANDBOX_PAY_KEY: token('the secret the payment sandbox shares with the cloud'),
  STATION_DIRECTORY: z
    .string({ error: 'is required' })
    .min(1)
    .describe('station.json and uplink-token are written here for the gateway'),
  SIMULATORS_HOST: z
    .string()
    .regex(/^[\w.-]+$/, 'give an address without a port')
    .default('127.0.0.1')
    .describe('the address everything here listens on (default 127.0.0.1)'),
  SIMULATORS_NAME: z
    .string({ error: 'is required' })
    .regex(/^[\w.-]+$/, 'give a host name without a port')
    .describe('the host name the others reach us by'),
})

/** One line a variable, for `--help`. */
export function describeElsewhere(): string {
  return Object.entries(Environment.shape)
    .map(([name, schema]) => `  ${name.padEnd(18)} ${schema.description ?? ''}`)
    .join('\n')
}

/** @returns What was meant, or every mistake at once. An empty value counts as not given. */
export function readElsewhere(
  env: Readonly<Record<string, string | undefined>>,
): { readonly elsewhere: Elsewhere } | { readonly faults: string } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const { success, data, error } = Environment.safeParse(given)
  if (!success) return { faults: z.prettifyError(error) }
  return {
    elsewhere: {
      cloudUrl: data.CLOUD_URL,
      adminToken: data.CLOUD_ADMIN_TOKEN,
      edgeUrl: data.EDGE_URL,
      edgeMqttUrl: data.EDGE_MQTT_URL,
      natsStationUrl: data.NATS_STATION_URL ?? null,
      payKey: data.SANDBOX_PAY_KEY,
      stationDirectory: data.STATION_DIRECTORY,
      listenOn: data.SIMULATORS_HOST,
      name: data.SIMULATORS_NAME,
    },
  }
}
