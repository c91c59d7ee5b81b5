import type { CloudApi } from '../box/index.ts'
import type { RecordedRefuel } from '../judge/index.ts'

/** What the cloud has recorded of a station, in the order it was accepted. */
export type RefuelBook = {
  /** Asks the cloud for what is new or was undecided. @throws {CallError} */
  refresh(): Promise<void>
  /** Since the book was opened. */
  records(): readonly RecordedRefuel[]
  /** From the station's first day on. */
  all(): readonly RecordedRefuel[]
}

/** Opens the book at the present. @throws {CallError} */
export async function openRefuelBook(deps: {
  readonly cloudApi: CloudApi
  readonly stationId: string
}): Promise<RefuelBook> {
  const { cloudApi, stationId } = deps
  const known = new Map<number, RecordedRefuel>()
  const refresh = async () => {
    const news = await cloudApi.refuels({ stationId, after: firstOpenCursor([...known.values()]) })
    for (const refuel of news) known.set(refuel.saleCursor, refuel)
  }
  const all = () => [...known.values()].toSorted((a, b) => a.saleCursor - b.saleCursor)
  await refresh()
  const openedAfter = all().at(-1)?.saleCursor ?? 0
  return {
    refresh,
    records: () => all().filter((record) => record.saleCursor > openedAfter),
    all,
  }
}

/** Everything up to here is decided for good. */
function firstOpenCursor(records: readonly RecordedRefuel[]): number {
  const open = records.filter((record) => !isDecided(record)).map((record) => record.saleCursor)
  if (open.length > 0) return open.reduce((first, cursor) => Math.min(first, cursor)) - 1
  return records.reduce((last, record) => Math.max(last, record.saleCursor), 0)
}

/** `pending` is no decision yet: it turns into another ending. */
export function isDecided(record: RecordedRefuel): boolean {
  return record.ending !== null && record.ending !== 'pending'
}
