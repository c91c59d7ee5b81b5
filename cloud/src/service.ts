import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { authorisationRoutes, createAuthorise } from './authorisations/index.ts'
import type { Environment } from './config.ts'
import { openDatabase } from './db/open.ts'
import type { Database } from './db/schema.ts'
import { createApp } from './http/app.ts'
import { listen } from './http/listen.ts'
import { systemRoutes } from './http/system-routes.ts'
import {
  createIngest,
  createPartitions,
  type IngestNote,
  ingestRoutes,
  quarantineRoutes,
} from './ingest/index.ts'
import { balanceOf, ledgerRoutes, walletOf } from './ledger/index.ts'
import {
  loadVehicleKey,
  memberRoutes,
  vehicleKeyRoutes,
  vehicleTokenRoutes,
} from './members/index.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { connectStations, type StationLine } from './nats/index.ts'
import { createSandboxGateway, createStoredValueGateway } from './payments/gateways/index.ts'
import {
  type ChargeWorker,
  chargeRoutes,
  countJobs,
  createChargeWorker,
  noticePath,
  noticeRoutes,
  type PaymentGateway,
  type Recorded,
  receiptRoutes,
  type WorkerSettings,
  walletRoutes,
} from './payments/index.ts'
import { refuelRoutes } from './refuels/routes.ts'
import {
  type Bell,
  createBell,
  createSettlementPoll,
  settlementRoutes,
} from './settlements/index.ts'
import { requireStation, stationRoutes } from './stations/index.ts'

export type Service = {
  readonly port: number
  /** Takes no more requests, finishes what is under way, closes the database. Idempotent. */
  close(): Promise<void>
}

/** What every part of the cloud is made from. */
type Ground = {
  readonly env: Environment
  readonly db: Kysely<Database>
  readonly bell: Bell
  readonly metrics: Metrics
  readonly clock: () => Date
  readonly log: Logger
  readonly stopping: AbortSignal
  /** What to close, in reverse order of opening. */
  readonly closers: (() => Promise<void>)[]
}

/**
 * Puts the cloud together and starts it: the one place that knows every context.
 *
 * @throws When the database, the key or the port cannot be had; nothing is left running then.
 */
export async function startService(env: Environment, log: Logger): Promise<Service> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne()
  }
  try {
    // The port first: when it is taken, that is said at once.
    const listener = await listen({ host: env.CLOUD_HOST, port: env.CLOUD_PORT })
    closers.push(() => listener.close())
    const database = await openDatabase(sourceOf(env))
    closers.push(database.close)
    const { db } = database
    const metrics = createMetrics(() => countJobs(db))
    const clock = () => new Date()
    const stopping = new AbortController()
    const { signal } = stopping
    const ground = { env, db, bell: createBell(), metrics, clock, log, stopping: signal, closers }
    const app = await compose(ground, listener.port)
    // Closed first: who waits is answered, and what still comes in could not be served.
    closers.push(() => listener.close())
    closers.push(async () => stopping.abort())
    listener.serveWith(app.fetch)
    return { port: listener.port, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function compose(ground: Ground, port: number) {
  const { env, db, bell, clock, log, closers } = ground
  const settings = workerSettings(env)
  const onRecorded = reportRecorded(ground)
  const gateways = gatewaysOf(env, db, port)
  const workers = gateways.map((gateway) =>
    createChargeWorker({ db, gateway, bell, settings, clock, onRecorded, log }),
  )
  closers.push(async () => void (await Promise.all(workers.map((each) => each.stop()))))

  const decisions = {
    limits: { fillFenMax: env.RISK_FILL_FEN_MAX, dayFenMax: env.RISK_DAY_FEN_MAX },
    acceptConfidence: env.MATCH_ACCEPT_CONFIDENCE,
    gateways: new Set(gateways.map(({ name }) => name)),
  }
  const partitions = createPartitions({ db, clock, log })
  closers.push(await partitions.keepAhead())
  const onNote = reportNote(ground, workers)
  const ingest = createIngest({ db, partitions, settings: decisions, clock, log, onNote })
  const authorise = createAuthorise({ db, clock, ...decisions })
  const poll = createSettlementPoll({ db, bell, stopping: ground.stopping })
  const line = env.NATS_URL
    ? connectStations({ url: env.NATS_URL, ingest, authorise, poll, log })
    : null
  if (line !== null) closers.push(() => line.close())

  const key = await loadVehicleKey(keyFileOf(env))
  const noticeKey = env.SANDBOX_PAY_KEY
  const { backoff } = settings
  return createApp({
    adminToken: env.CLOUD_ADMIN_TOKEN,
    requireStation: requireStation(db),
    log,
    station: [
      ingestRoutes({ ingest }),
      authorisationRoutes({ authorise }),
      settlementRoutes({ poll }),
    ],
    admin: [
      stationRoutes({ db }),
      memberRoutes({ db, balanceOf: (memberId) => balanceOf(db, walletOf(memberId)) }),
      vehicleTokenRoutes({ db, key, clock }),
      walletRoutes({ db }),
      chargeRoutes({ db, clock }),
      receiptRoutes({ db }),
      refuelRoutes({ db }),
      quarantineRoutes({ db }),
      ledgerRoutes({ db }),
    ],
    open: [
      vehicleKeyRoutes({ key }),
      ...(noticeKey
        ? [noticeRoutes({ db, key: noticeKey, bell, backoff, clock, onRecorded, log })]
        : []),
    ],
    system: systemRoutes({
      registry: ground.metrics.registry,
      notReady: () => notReadyBecause(db, line),
    }),
  })
}

function sourceOf(env: Environment) {
  return env.DATABASE_URL === undefined
    ? ({ kind: 'embedded', directory: env.CLOUD_DATA } as const)
    : ({ kind: 'postgres', url: env.DATABASE_URL } as const)
}

function keyFileOf(env: Environment): string | null {
  if (env.VEHICLE_TOKEN_KEY_FILE !== undefined) return env.VEHICLE_TOKEN_KEY_FILE
  return env.CLOUD_DATA === 'memory' ? null : join(env.CLOUD_DATA, 'vehicle-token-key.pem')
}

function gatewaysOf(
  env: Environment,
  db: Kysely<Database>,
  port: number,
): readonly PaymentGateway[] {
  const storedValue = createStoredValueGateway({ db })
  const { SANDBOX_PAY_URL: url, SANDBOX_PAY_KEY: key } = env
  if (url === undefined || key === undefined) return [storedValue]
  const publicUrl = env.CLOUD_PUBLIC_URL ?? `http://${env.CLOUD_HOST}:${port}`
  const notifyUrl = `${publicUrl.replace(/\/$/, '')}/v1${noticePath}`
  return [storedValue, createSandboxGateway({ url, key, notifyUrl })]
}

/** Asked after half a second, then ever slower up to a minute, for a quarter of an hour; then a person's. */
function workerSettings(env: Environment): WorkerSettings {
  return {
    backoff: { firstMs: 500, longestMs: 60_000, attemptsMax: 22 },
    callTimeoutMs: env.CHARGE_TIMEOUT_MS,
    callsMax: 16,
    pollEveryMs: 1_000,
  }
}

function reportRecorded({ metrics, log }: Ground): (recorded: Recorded) => void {
  return (recorded) => {
    metrics.countRecorded(recorded.kind)
    if (recorded.kind === 'contradicted') log.error(recorded, 'provider contradicts itself')
    else if (recorded.kind === 'stuck') log.error(recorded, 'charge waits for a person')
    else if (recorded.kind !== 'already') log.info(recorded, 'charge answered')
  }
}

function reportNote({ metrics, bell, log }: Ground, workers: readonly ChargeWorker[]) {
  return (note: IngestNote, stationId: string) => {
    metrics.countNote(note)
    switch (note) {
      case 'charge_due':
        for (const worker of workers) worker.wake()
        return
      case 'settled':
        bell.ring(stationId)
        return
      case 'sale_conflict':
      case 'amount_mismatch':
      case 'quarantine_full':
        log.error({ stationId, alarm: note }, 'alarm')
        return
      case 'quarantined':
      case 'alarm_raised':
      case 'seq_gap':
      case 'sale_told_again':
        log.warn({ stationId, note }, 'event to look at')
        return
      case 'committed':
      case 'duplicate':
      case 'seq_out_of_order':
        log.debug({ stationId, note }, 'event taken')
    }
  }
}

async function notReadyBecause(
  db: Kysely<Database>,
  line: StationLine | null,
): Promise<string | null> {
  try {
    await sql`select 1`.execute(db)
  } catch {
    return 'the database does not answer' // The caller asks again; the reason is in the log of what failed.
  }
  return line === null || line.isUp() ? null : 'nats is not connected'
}
