import { randomUUID } from 'node:crypto'
import type { RefuelCompleted, StationEvent } from '@forecourt/contracts'
import { StationEvent as StationEventSchema, saleIdOf } from '@forecourt/contracts'
import pg from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { readConfig } from '../src/config.ts'
import { startService } from '../src/service.ts'

export const adminToken = 'admin-token-for-tests-only'

/** The databases every test of the cloud runs on: the embedded one, and the real one where it is. */
export const databases: readonly ('embedded' | 'postgres')[] =
  inject('postgresUrl') === null ? ['embedded'] : ['embedded', 'postgres']

/** A fresh, empty database on the real server. */
export async function createDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl') ?? '')
  const name = `cloud_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}

export type CloudUnderTest = Awaited<ReturnType<typeof startCloud>>

/** The whole cloud in this process, on a fresh database, spoken to over HTTP as others do. */
export async function startCloud(
  database: 'embedded' | 'postgres',
  environment: Readonly<Record<string, string>> = {},
) {
  const env: Record<string, string> = {
    CLOUD_PORT: '0',
    CLOUD_DATA: 'memory',
    CLOUD_ADMIN_TOKEN: adminToken,
    ...environment,
  }
  if (database === 'postgres') env['DATABASE_URL'] ??= await createDatabase()
  const service = await startService(readConfig(env), pino({ level: 'silent' }))
  const url = `http://127.0.0.1:${service.port}`

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    token: string | null = adminToken,
  ) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
    const json: any = isJson ? JSON.parse(text) : null
    return { status: response.status, text, json, headers: response.headers }
  }

  return {
    url,
    env,
    call,
    close: () => service.close(),

    async createStation(stationId = `s-${randomUUID().slice(0, 8)}`) {
      const { json } = await call('POST', '/v1/stations', { stationId, name: 'Test' })
      const token: string = json.token
      const edgeId = randomUUID()
      return {
        stationId,
        token,
        edgeId,
        send: (events: readonly unknown[]) =>
          call('POST', `/v1/stations/${stationId}/events`, { events }, token),
        settlements: (after = 0, waitMs = 0) =>
          call(
            'GET',
            `/v1/stations/${stationId}/settlements?after=${after}&waitMs=${waitMs}`,
            undefined,
            token,
          ),
        refuels: async () =>
          (await call('GET', `/v1/refuels?stationId=${stationId}&limit=1000`)).json.refuels,
      }
    },

    /** A member with one car, who pays from a wallet. */
    async createMember(member: {
      readonly plate: string
      readonly balanceFen?: number
      readonly displayName?: string
      readonly vehicle?: object
    }) {
      const memberId = `m-${randomUUID().slice(0, 8)}`
      const vehicleId = `v-${randomUUID().slice(0, 8)}`
      await call('POST', '/v1/members', { memberId, displayName: member.displayName ?? '王小明' })
      await call('PUT', `/v1/members/${memberId}/payment-method`, { kind: 'stored_value' })
      const { plate } = member
      await call('POST', `/v1/members/${memberId}/vehicles`, {
        vehicleId,
        plate,
        ...member.vehicle,
      })
      if (member.balanceFen) {
        const topUp = { idempotencyKey: 'first', amountFen: member.balanceFen }
        await call('POST', `/v1/members/${memberId}/wallet/top-ups`, topUp)
      }
      return { memberId, vehicleId, plate }
    },
  }
}

let counter = 0

/** UUIDv7 of a made-up, ever later moment. */
export function uuid7(): string {
  counter++
  const time = (Date.now() + counter).toString(16).padStart(12, '0')
  const tail = randomUUID().replaceAll('-', '')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-9${tail.slice(4, 7)}-${tail.slice(8, 20)}`
}

type SaleTerms = {
  readonly volumeMl?: number
  readonly unitPriceFenPerLitre?: number
  readonly amountFen?: number
  readonly grade?: string
  readonly fuellingPoint?: number
  readonly endedAt?: string
  readonly transactionNumber?: number
  readonly saleId?: string
}

/** An event as a gateway would send it. `seq` and the rest are believable; say what matters. */
export function completed(
  station: { readonly stationId: string; readonly edgeId: string },
  of: {
    readonly plate?: string
    readonly confidence?: number
    readonly identity?: RefuelCompleted['identity']
    readonly sale?: SaleTerms
    readonly origin?: 'witnessed' | 'recovered'
    readonly authorisationId?: string | null
    readonly refuelId?: string
    readonly seq?: number
  } = {},
): StationEvent & { type: 'refuel.completed.v1' } {
  const number = of.sale?.transactionNumber ?? ++counter
  const fuellingPoint = of.sale?.fuellingPoint ?? 1
  const endedAt = of.sale?.endedAt ?? new Date().toISOString()
  const measured = {
    controllerId: 'pump-a',
    fuellingPoint,
    nozzle: 1,
    transactionNumber: number,
    totaliserMl: number * 100_000,
    startedAt: null,
  }
  const plates = of.plate
    ? [
        {
          plate: of.plate,
          confidence: of.confidence ?? 0.99,
          frames: 3,
          colour: 'blue',
          raw: of.plate,
        },
      ]
    : []
  const event = StationEventSchema.parse({
    eventId: uuid7(),
    stationId: station.stationId,
    edgeId: station.edgeId,
    occurredAt: endedAt,
    fuellingPoint,
    seq: of.seq ?? number,
    type: 'refuel.completed.v1',
    refuelId: of.refuelId ?? uuid7(),
    sale: {
      ...measured,
      volumeMl: of.sale?.volumeMl ?? 40_000,
      unitPriceFenPerLitre: of.sale?.unitPriceFenPerLitre ?? 789,
      amountFen: of.sale?.amountFen ?? 31_560,
      endReason: 'hung_up',
      grade: of.sale?.grade ?? '92',
      saleId:
        of.sale?.saleId ?? saleIdOf({ ...measured, totaliserMl: measured.totaliserMl as never }),
      endedAt,
    },
    identity: of.identity ?? { plates, vehicles: [] },
    authorisationId: of.authorisationId ?? null,
    origin: of.origin ?? 'witnessed',
    totaliserBeforeMl: null,
  })
  if (event.type !== 'refuel.completed.v1') throw new Error('not a completed refuel')
  return event
}

/** Asks until the station's refuel is settled as `ending`; fails after ten seconds, saying what it was. */
export async function untilEnding(
  cloud: CloudUnderTest,
  refuelId: string,
  ending: string,
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
): Promise<any> {
  for (let attempt = 0; ; attempt++) {
    const { json } = await cloud.call('GET', `/v1/refuels/${refuelId}`)
    if (json.ending === ending) return json
    if (attempt === 200) throw new Error(`${refuelId} ended as ${json.ending} (${json.reason})`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
