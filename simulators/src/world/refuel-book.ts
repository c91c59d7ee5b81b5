import type { CloudApi } from '../box/index.ts'
import type { RecordedRefuel } from '../judge/index.ts'

/** What the cloud has recorded of a station since the book was opened. */
export type RefuelBook = {
  /** Asks the cloud for what is new or was undecided. @throws {CallError} */
  refresh(): Promise<void>
  /** In the order the cloud accepted them. */
  records(): readonly RecordedRefuel[]
}

/** Opens the book at the present: what was recorded before is not in it. @throws {CallError} */
export async function openRefuelBook(deps: {
  readonly cloudApi: CloudApi
  readonly stationId: string
}): Promise<RefuelBook> {
  const { cloudApi, stationId } = deps
  const before = await cloudApi.refuels({ stationId, after: 0 })
  const openedAfter = before.at(-1)?.saleCursor ?? 0
  const known = new Map<number, RecordedRefuel>()
  return {
    refresh: async () => {
      const after = firstOpenCursor([...known.values()]) ?? openedAfter
      const news = await cloudApi.refuels({ stationId, after })
      for (const refuel of news) known.set(refuel.saleCursor, refuel)
    },
    records: () => [...known.values()].toSorted((a, b) => a.saleCursor - b.saleCursor),
  }
}

/** Everything up to here is decided for good; null when nothing is known yet. */
function firstOpenCursor(records: readonly RecordedRefuel[]): number | null {
  const open = records.filter((record) => !isDecided(record)).map((record) => record.saleCursor)
  if (open.length > 0) return Math.min(...open) - 1
  return records.length === 0 ? null : Math.max(...records.map((record) => record.saleCursor))
}

/** `pending` is no decision yet: it turns into another ending. */
export function isDecided(record: RecordedRefuel): boolean {
  return record.ending !== null && record.ending !== 'pending'
}
