import { readFileSync } from 'node:fs'
import {
  ControllerId,
  FuellingPoint,
  Grade,
  NatsUrl,
  NozzleNumber,
  ReleaseMode,
  StationId,
} from '@forecourt/contracts'
import { listProfiles } from '@forecourt/drivers'
import { z } from 'zod'

const Port = z.number().int().min(0).max(65_535)
const Host = z.string().min(1).max(253)
const CameraId = z.string().regex(/^[a-z0-9-]{1,32}$/, 'use 1 to 32 of a-z, 0-9 and -')

const PointConfig = z.strictObject({
  fuellingPoint: FuellingPoint.describe('The number painted on the pump.'),
  unitId: z.number().int().min(1).max(247).describe('Modbus unit id of this fuelling point.'),
  releaseMode: ReleaseMode.default('postpay').describe(
    'postpay: the pump releases by itself. on_authorisation: locked until the cloud allows.',
  ),
  cameraId: CameraId.nullable().default(null).describe('The camera that sees this bay.'),
  nozzles: z
    .array(z.strictObject({ nozzle: NozzleNumber, grade: Grade }))
    .min(1)
    .max(8),
})

const PumpConfig = z.strictObject({
  controllerId: ControllerId,
  profile: z.string().describe('A register profile of devices/drivers/profiles.'),
  line: z.strictObject({
    kind: z.literal('modbus-tcp'),
    host: Host,
    port: Port.min(1).default(502),
  }),
  pollEveryMs: z.number().int().min(50).max(10_000).default(200),
  timeoutMs: z.number().int().min(50).max(10_000).default(500),
  fuellingPoints: z.array(PointConfig).min(1).max(16),
})

const CameraConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    cameraId: CameraId,
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }),
  }),
  z.strictObject({ cameraId: CameraId, kind: z.literal('folder'), path: z.string().min(1) }),
])

const UplinkConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('http'), url: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({
    kind: z.literal('nats'),
    servers: z.array(NatsUrl).min(1).max(16),
  }),
])

/** Everything an operator can set. Durations carry their unit; the station token comes by environment. */
export const StationFile = z.strictObject({
  $schema: z.string().optional(),
  stationId: StationId,
  location: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    radiusM: z.number().min(5).max(2_000).default(120),
  }),
  dataDirectory: z
    .string()
    .min(1)
    .default('var/edge')
    .describe('Where the gateway keeps its store.'),
  uplink: UplinkConfig,
  http: z.strictObject({ host: Host.default('127.0.0.1'), port: Port.default(8082) }).prefault({}),
  mqtt: z.strictObject({
    host: Host.default('127.0.0.1'),
    port: Port.default(1883),
    vehicleTokenPublicKeyPem: z
      .string()
      .regex(/^-----BEGIN PUBLIC KEY-----/, 'paste publicKeyPem of GET /v1/vehicle-token-key'),
  }),
  pumps: z.array(PumpConfig).min(1).max(32),
  cameras: z.array(CameraConfig).max(64).default([]),
  plates: z
    .strictObject({
      readEveryMs: z.number().int().min(100).max(10_000).default(1_000),
      framesMax: z.number().int().min(1).max(60).default(6),
      agreeingFrames: z.number().int().min(1).max(10).default(2),
    })
    .prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

/** The file with what only several fields together can tell. */
export const StationConfig = StationFile.superRefine((file, context) => {
  for (const { path, message } of crossFaults(file)) {
    context.addIssue({ code: 'custom', path: [...path], message })
  }
})
export type StationConfig = z.infer<typeof StationConfig>
export type PumpConfig = StationConfig['pumps'][number]

type Fault = { readonly path: readonly (string | number)[]; readonly message: string }

function crossFaults(file: z.infer<typeof StationFile>): readonly Fault[] {
  const cameraIds = new Set(file.cameras.map((camera) => camera.cameraId))
  const points = file.pumps.flatMap((pump, p) =>
    pump.fuellingPoints.map((point, f) => ({ point, path: ['pumps', p, 'fuellingPoints', f] })),
  )
  return [
    ...twice(
      file.pumps.map((pump) => pump.controllerId),
      (i) => ['pumps', i, 'controllerId'],
    ),
    ...twice(
      file.cameras.map((camera) => camera.cameraId),
      (i) => ['cameras', i, 'cameraId'],
    ),
    ...twice(
      points.map(({ point }) => point.fuellingPoint),
      (i) => [...(points[i]?.path ?? []), 'fuellingPoint'],
    ),
    ...file.pumps.flatMap(profileFaults),
    ...points.flatMap(({ point: { cameraId }, path }) =>
      cameraId === null || cameraIds.has(cameraId)
        ? []
        : [
            {
              path: [...path, 'cameraId'],
              message: `no camera is named ${cameraId}: add it to cameras, or use one of ${[...cameraIds].join(', ') || 'none yet'}`,
            },
          ],
    ),
  ]
}

function profileFaults(pump: z.infer<typeof PumpConfig>, index: number): readonly Fault[] {
  const known = listProfiles()
  const units = twice(
    pump.fuellingPoints.map((point) => point.unitId),
    (i) => ['pumps', index, 'fuellingPoints', i, 'unitId'],
  )
  if (known.includes(pump.profile)) return units
  const message = `unknown profile ${pump.profile}: use one of ${known.join(', ')}`
  return [...units, { path: ['pumps', index, 'profile'], message }]
}

function twice(
  values: readonly (string | number)[],
  pathOf: (index: number) => readonly (string | number)[],
): readonly Fault[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [{ path: pathOf(index), message: `${value} is used twice: every one needs its own` }],
  )
}

export type EdgeConfig = { readonly station: StationConfig; readonly uplinkToken: string }

/**
 * Reads the one config file and the station token. The only place in `edge/` that touches
 * `process.env` or the file.
 *
 * @throws {Error} Naming every bad field at once, so that an operator mends them in one go.
 */
export function loadConfig(
  path: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): EdgeConfig {
  const file = path ?? env['STATION_CONFIG']
  if (!file) throw new Error('no config: give --config FILE or set STATION_CONFIG')
  const station = StationConfig.safeParse(readJson(file))
  const token = readToken(env)
  const faults = [
    ...(station.success ? [] : [z.prettifyError(station.error)]),
    ...('fault' in token ? [`✖ ${token.fault}`] : []),
  ]
  if (!station.success || 'fault' in token) throw new Error(`${file}\n${faults.join('\n')}`)
  return { station: station.data, uplinkToken: token.value }
}

const UplinkToken = z.string().min(16).max(512)

/** The token by environment, or a file that holds it and nothing else (a mounted secret). */
function readToken(
  env: NodeJS.ProcessEnv,
): { readonly value: string } | { readonly fault: string } {
  const given = env['UPLINK_TOKEN']
  const file = env['UPLINK_TOKEN_FILE']
  if (given && file) {
    return { fault: 'UPLINK_TOKEN and UPLINK_TOKEN_FILE: set one of them, not both' }
  }
  const name = file ? 'UPLINK_TOKEN_FILE' : 'UPLINK_TOKEN'
  try {
    const token = UplinkToken.safeParse(file ? readFileSync(file, 'utf8').trim() : given)
    if (token.success) return { value: token.data }
  } catch (error) {
    return { fault: `${name}: ${error instanceof Error ? error.message : String(error)}` }
  }
  const what = file ? 'the file must hold' : 'set it (or UPLINK_TOKEN_FILE) to'
  return { fault: `${name}: ${what} the token that POST /v1/stations gave, 16 characters or more` }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new Error(`${file}: cannot be read as JSON: ${detail}`, { cause: error })
  }
}
