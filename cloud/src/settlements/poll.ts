import type { Settlement } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Bell } from './bell.ts'
import { listSettlements } from './settlements.repo.ts'

/** How often a waiting question asks the database for what other processes wrote. */
const pollEveryMs = 1_000
/** Long polls this process holds at once. One more is answered at once, empty: the station asks again. */
const pollsMax = 20_000

export type SettlementPoll = (
  query: { readonly stationId: string; readonly after: number; readonly waitMs: number },
  signal: AbortSignal,
) => Promise<readonly Settlement[]>

/** The long poll: answers at once when there is anything after the cursor, else when there is, or empty after `waitMs`. */
export function createSettlementPoll(deps: {
  readonly db: Kysely<Database>
  readonly bell: Bell
  readonly stopping: AbortSignal
}): SettlementPoll {
  let polls = 0
  return async (query, caller) => {
    if (polls >= pollsMax) return []
    polls++
    try {
      return await wait(deps, query, AbortSignal.any([caller, deps.stopping]))
    } finally {
      polls--
    }
  }
}

async function wait(
  { db, bell }: { readonly db: Kysely<Database>; readonly bell: Bell },
  query: Parameters<SettlementPoll>[0],
  signal: AbortSignal,
): Promise<readonly Settlement[]> {
  const until = performance.now() + query.waitMs
  for (;;) {
    const leftMs = until - performance.now()
    const listening = new AbortController()
    // Listen before looking: what is written between the two still rings.
    const rung = bell.next(
      query.stationId,
      Math.max(0, Math.min(pollEveryMs, leftMs)),
      AbortSignal.any([signal, listening.signal]),
    )
    const settlements = await listSettlements(db, query)
    if (settlements.length > 0 || leftMs <= 0 || signal.aborted) {
      listening.abort()
      return settlements
    }
    await rung
  }
}
