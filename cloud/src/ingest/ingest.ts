import type { Receipt } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../db/schema.ts'
import { sqlStateOf, transact } from '../db/transact.ts'
import { bindEdge } from '../stations/index.ts'
import { acceptEvent, type IngestNote, toMisfit } from './accept-event.ts'
import { type CheckedEvent, checkEvent } from './check-event.ts'
import type { DecisionSettings } from './decide-refuel.ts'
import type { Partitions } from './partitions.ts'

/**
 * Takes events of one station, in their order, in one database transaction. A receipt means that
 * the event is in the database. An event without one was not confirmed and must come again.
 *
 * @throws {ProblemError} `station_in_use`, `station_unknown`
 */
export type Ingest = (stationId: string, events: readonly unknown[]) => Promise<readonly Receipt[]>

type Deps = {
  readonly db: Kysely<Database>
  readonly partitions: Partitions
  readonly settings: DecisionSettings
  readonly clock: () => Date
  readonly log: Logger
  /** Told after the commit, once for everything worth counting. */
  readonly onNote: (note: IngestNote, stationId: string) => void
}

export function createIngest(deps: Deps): Ingest {
  return async (stationId, events) => {
    const checked = events.map((event) => checkEvent(stationId, event))
    await deps.partitions.makeFor(checked.flatMap(instantsOf))
    try {
      return await commit(deps, stationId, checked)
    } catch (error) {
      if (!isAboutData(error)) throw error
      deps.log.error({ err: error, stationId, events: events.length }, 'batch not storable')
      return await commitOneByOne(deps, stationId, checked)
    }
  }
}

async function commit(
  deps: Deps,
  stationId: string,
  checked: readonly CheckedEvent[],
): Promise<readonly Receipt[]> {
  const { result, notes } = await transact(deps.db, async (trx) => {
    const now = deps.clock()
    // Fresh in every attempt: what an undone attempt noted did not happen.
    const noted: IngestNote[] = []
    const edgeIds = checked.flatMap((each) => (each.kind === 'event' ? [each.event.edgeId] : []))
    await bindEdge(trx, { stationId, edgeIds, now })
    const { settings } = deps
    const at = { trx, stationId, settings, now, note: (note: IngestNote) => noted.push(note) }
    const receipts: Receipt[] = []
    for (const each of checked) {
      const receipt = await acceptEvent(at, each)
      if (receipt !== null) receipts.push(receipt)
    }
    return { result: receipts, notes: noted }
  })
  for (const note of notes) deps.onNote(note, stationId)
  return result
}

/** The database refused some value of the batch: the one event it is about goes to quarantine, the others through. */
async function commitOneByOne(
  deps: Deps,
  stationId: string,
  checked: readonly CheckedEvent[],
): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = []
  for (const each of checked) {
    try {
      receipts.push(...(await commit(deps, stationId, [each])))
    } catch (error) {
      if (!isAboutData(error) || each.kind === 'misfit') throw error
      const detail = `the database refused it (${sqlStateOf(error)})`
      const misfit = toMisfit(each, 'unstorable_event', detail)
      receipts.push(...(await commit(deps, stationId, [misfit])))
    }
  }
  return receipts
}

/** Classes 22 (data exception) and 23 (integrity): the same values will be refused again. */
function isAboutData(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error) ?? '')
}

function instantsOf(checked: CheckedEvent): readonly string[] {
  if (checked.kind === 'misfit') return []
  const { event } = checked
  return event.type === 'refuel.completed.v1'
    ? [event.occurredAt, event.sale.endedAt]
    : [event.occurredAt]
}
