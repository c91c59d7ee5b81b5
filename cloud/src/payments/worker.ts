import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../db/schema.ts'
import type { Bell } from '../settlements/index.ts'
import type { Backoff } from './backoff.ts'
import { type ChargeJob, claimJobs } from './charges.repo.ts'
import type { PaymentGateway } from './gateway.ts'
import { toChargeRequest } from './intent.ts'
import { type ProviderAnswer, type Recorded, recordOutcome } from './record-outcome.ts'

export type WorkerSettings = {
  readonly backoff: Backoff
  /** How long a provider may take to answer before its answer counts as unknown. */
  readonly callTimeoutMs: number
  /** Charges of one gateway under way at once in this process; more wait in the table. */
  readonly callsMax: number
  /** How often to look for jobs that nobody rang for: other processes' and those due again. */
  readonly pollEveryMs: number
}

/** Longer than any call and its database transaction, so that a lease only runs out on a dead process. */
const leaseMarginMs = 25_000

/** How long calls under way may take when the process stops; what is cut is asked about later. */
const cutAfterMs = 3_000

export type ChargeWorker = {
  /** There may be something to do. */
  wake(): void
  /** Takes no new job and waits for those under way. */
  stop(): Promise<void>
}

/**
 * Charges through one gateway what committed intents call for. A gateway each has its own worker,
 * so a provider that hangs delays nobody else's members.
 */
export function createChargeWorker(deps: {
  readonly db: Kysely<Database>
  readonly gateway: PaymentGateway
  readonly bell: Bell
  readonly settings: WorkerSettings
  readonly clock: () => Date
  readonly onRecorded: (recorded: Recorded) => void
  readonly log: Logger
}): ChargeWorker {
  const { settings, gateway } = deps
  const log = deps.log.child({ gateway: gateway.name })
  const stopping = new AbortController()
  const cutting = new AbortController()
  const underWay = new Set<Promise<void>>()
  let wakeUp: () => void = () => undefined
  let isRung = false

  const sleep = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => wakeUp(), isRung ? 0 : settings.pollEveryMs)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const take = async () => {
    isRung = false
    const jobsMax = settings.callsMax - underWay.size
    if (jobsMax <= 0) return
    const leaseMs = settings.callTimeoutMs + leaseMarginMs
    const jobs = await claimJobs(deps.db, {
      gateway: gateway.name,
      jobsMax,
      now: deps.clock(),
      leaseMs,
    })
    for (const job of jobs) start(job)
    if (jobs.length === jobsMax) isRung = true
  }

  const start = (job: ChargeJob) => {
    const work = serve({ ...deps, log }, job, cutting.signal).finally(() => {
      underWay.delete(work)
      wakeUp()
    })
    underWay.add(work)
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await take()
      } catch (error) {
        // The database is away. The jobs are in it; look again at the next beat.
        log.warn({ err: error }, 'charge jobs not read')
        isRung = false
      }
      if (!stopping.signal.aborted) await sleep()
    }
  }
  const running = run()

  return {
    wake() {
      isRung = true
      wakeUp()
    },
    async stop() {
      stopping.abort()
      wakeUp()
      await running
      const timer = setTimeout(() => cutting.abort(), cutAfterMs)
      await Promise.all(underWay)
      clearTimeout(timer)
    },
  }
}

async function serve(
  deps: Parameters<typeof createChargeWorker>[0],
  job: ChargeJob,
  signal: AbortSignal,
): Promise<void> {
  const { intentId } = job.intent
  try {
    const outcome = await ask(deps, job, signal)
    const recorded = await recordOutcome(deps.db, {
      intentId,
      outcome,
      attempt: job.attempt,
      now: deps.clock(),
      backoff: deps.settings.backoff,
    })
    deps.onRecorded(recorded)
    if (recorded.stationId !== null) deps.bell.ring(recorded.stationId)
  } catch (error) {
    // Not recorded: the lease runs out, and then the provider is asked what became of it.
    deps.log.error({ err: error, intentId }, 'charge not recorded')
  }
}

async function ask(
  { gateway, settings }: Parameters<typeof createChargeWorker>[0],
  job: ChargeJob,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  const request = toChargeRequest(job.intent)
  const call = { timeoutMs: settings.callTimeoutMs, signal }
  try {
    return job.state === 'charge'
      ? await gateway.charge(request, call)
      : await gateway.query(request, call)
  } catch (error) {
    // Whatever broke, money may have moved: only asking tells.
    return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) }
  }
}
