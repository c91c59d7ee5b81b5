import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { addMonths, type Month, monthOf, monthStart } from '../db/calendar.ts'
import type { Database } from '../db/schema.ts'
import { transact } from '../db/transact.ts'

const tables = ['sale', 'station_event'] as const
/** Months that exist ahead of time, so that midnight of a new month asks for nothing. */
const monthsAhead = 2
const aheadEveryMs = 6 * 3_600_000
/** A gateway may have been without its uplink for this long; older rows go to the default partition. */
const monthsBack = 36
/** Any number but the migrations': who holds it makes partitions. */
const partitionLock = 7_320_461

export type Partitions = {
  /** Makes this and the next months, now and every few hours; call the result to stop. */
  keepAhead(): Promise<() => Promise<void>>
  /** Makes the months of these instants where they are sane. Call outside a database transaction. */
  makeFor(instants: readonly string[]): Promise<void>
}

/**
 * Keeps the monthly partitions. What has no month of its own (a clock gone wrong) lands in the
 * default partition: never refused, only slower.
 */
export function createPartitions(deps: {
  readonly db: Kysely<Database>
  readonly clock: () => Date
  readonly log: Logger
}): Partitions {
  const made = new Set<string>()

  const make = async (month: Month) => {
    const name = nameOf(month)
    if (made.has(name)) return
    try {
      await createMonth(deps.db, month)
      made.add(name)
    } catch (error) {
      // Rows of that month already lie in the default partition, or the database is away: rows
      // land in the default partition, and are found there as well.
      deps.log.warn({ err: error, month: name }, 'partition not made')
    }
  }

  const makeAhead = async () => {
    const now = monthOf(deps.clock())
    for (let count = 0; count <= monthsAhead; count++) await make(addMonths(now, count))
  }

  return {
    async keepAhead() {
      await makeAhead()
      const timer = setInterval(() => void makeAhead(), aheadEveryMs)
      return async () => clearInterval(timer)
    },
    async makeFor(instants) {
      const now = monthOf(deps.clock())
      const first = monthStart(addMonths(now, -monthsBack))
      const last = monthStart(addMonths(now, monthsAhead + 1))
      const sane = instants.map((at) => new Date(at)).filter((at) => at >= first && at < last)
      const months = new Map(sane.map((at) => [nameOf(monthOf(at)), monthOf(at)]))
      for (const month of months.values()) await make(month)
    },
  }
}

function nameOf({ year, month }: Month): string {
  return `${year}_${String(month).padStart(2, '0')}`
}

async function createMonth(db: Kysely<Database>, month: Month): Promise<void> {
  const from = monthStart(month).toISOString()
  const to = monthStart(addMonths(month, 1)).toISOString()
  await transact(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(partitionLock)})`.execute(trx)
    for (const table of tables) {
      const partition = `${table}_${nameOf(month)}`
      // Bounds of a partition cannot be parameters; all parts here are numbers and names of ours.
      await sql
        .raw(
          `create table if not exists ${partition} partition of ${table} for values from ('${from}') to ('${to}')`,
        )
        .execute(trx)
    }
  })
}
