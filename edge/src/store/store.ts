import { randomUUID, randomUUIDv7 } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { LastRefuel, StationEvent, StationFact } from '@forecourt/contracts'
import type { Observed, SessionInput } from '../session/index.ts'
import { openDatabase } from './database.ts'
import { createGroupCommit } from './group-commit.ts'
import { forgetOldSales, recordSale } from './known-sales.ts'
import { classOf, createOutbox, type Outbox } from './outbox.ts'

/** What one reading or one other input of a fuelling point changes, stored as a whole or not at all. */
export type Change = {
  readonly fuellingPoint: number
  readonly at: string
  readonly inputs: readonly SessionInput[]
  readonly facts: readonly StationFact[]
  readonly observed: Observed | null
  /** The visit is over: its journal has served. */
  readonly journal: 'keep' | 'clear'
  readonly lastRefuel: LastRefuel | null
}

/** What a restart needs of one fuelling point. */
export type Recalled = {
  readonly observed: Observed | null
  readonly inputs: readonly SessionInput[]
  readonly saleIds: readonly string[]
  readonly lastRefuel: LastRefuel | null
}

export type Store = {
  readonly edgeId: string
  /** Where a damaged store was moved to when this one was opened; null when all was well. */
  readonly damagedPath: string | null
  readonly outbox: Outbox
  recall(fuellingPoint: number): Recalled
  /** Resolves with the events that were minted, after the commit is on the disk. */
  commit(change: Change): Promise<readonly StationEvent[]>
  settlementsCursor(): number
  /** Stores how far settlements were heard, with what they changed on the pumps' displays. */
  heard(cursor: number, lastRefuels: ReadonlyMap<number, LastRefuel>): Promise<void>
  isWritable(): boolean
  /** Changes that wait in memory for the disk. */
  waiting(): number
  /** False from `waitingMax` changes on: until the disk takes them no reading is looked at. */
  takesMore(): boolean
  close(): void
}

/**
 * Changes that wait for a disk that is full, at most: some 2 KB and a tenth of a refuel each. They
 * are lost with the process; then the pumps' last sales and totalisers are all there is to go by.
 */
const waitingMax = 10_000

export type StoreDeps = {
  /** A folder, or `:memory:`. */
  readonly path: string
  readonly stationId: string
  readonly now: () => Date
  /** Counts what was refused or dropped: `sale_repeated`, `outbox_notes_dropped`, `store_stuck`. */
  readonly count: (rejection: string) => void
  readonly onStuck: (error: unknown) => void
}

/**
 * Opens the gateway's memory.
 *
 * @throws {StoreError} See `openDatabase`.
 */
export function openStore(deps: StoreDeps): Store {
  const { db, damagedPath } = openDatabase(deps.path, deps.now())
  const edgeId = edgeIdOf(db)
  const group = createGroupCommit({ db, onStuck: deps.onStuck })
  const outbox = createOutbox({ db, group, now: deps.now, count: deps.count })
  const commit = prepareCommit(db, { ...deps, edgeId, outbox })
  const recall = prepareRecall(db)
  const setCursor = db.prepare(
    `INSERT INTO meta (name, value) VALUES ('settlements', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  )
  const setLast = db.prepare('UPDATE point SET last_refuel = ? WHERE fuelling_point = ?')
  return {
    edgeId,
    damagedPath,
    outbox,
    recall,
    commit: (change) => group.write(() => commit(change)),
    settlementsCursor() {
      const row = db.prepare(`SELECT value FROM meta WHERE name = 'settlements'`).get()
      return Number(row?.['value'] ?? 0)
    },
    heard: (cursor, lastRefuels) =>
      group.write(() => {
        setCursor.run(String(cursor))
        for (const [point, last] of lastRefuels) setLast.run(JSON.stringify(last), point)
      }),
    isWritable: group.isWritable,
    waiting: group.pending,
    takesMore: () => group.pending() < waitingMax,
    close: group.close,
  }
}

function edgeIdOf(db: DatabaseSync): string {
  db.prepare(`INSERT INTO meta (name, value) VALUES ('edgeId', ?) ON CONFLICT DO NOTHING`).run(
    randomUUID(),
  )
  return String(db.prepare(`SELECT value FROM meta WHERE name = 'edgeId'`).get()?.['value'])
}

function prepareRecall(db: DatabaseSync): Store['recall'] {
  const point = db.prepare('SELECT observed, last_refuel FROM point WHERE fuelling_point = ?')
  const journal = db.prepare('SELECT input FROM journal WHERE fuelling_point = ? ORDER BY id')
  const sales = db.prepare(
    'SELECT sale_id FROM known_sale WHERE fuelling_point = ? ORDER BY id DESC LIMIT 16',
  )
  // Rows are our own writing, checked by SQLite; what they hold is not checked again.
  const parse = <T>(text: unknown): T | null => (typeof text === 'string' ? JSON.parse(text) : null)
  return (fuellingPoint) => {
    const row = point.get(fuellingPoint)
    return {
      observed: parse<Observed>(row?.['observed']),
      lastRefuel: parse<LastRefuel>(row?.['last_refuel']),
      inputs: journal.all(fuellingPoint).map((entry) => JSON.parse(String(entry['input']))),
      saleIds: sales
        .all(fuellingPoint)
        .map((sale) => String(sale['sale_id']))
        .reverse(),
    }
  }
}

type CommitDeps = Pick<StoreDeps, 'stationId' | 'count'> & {
  readonly edgeId: string
  readonly outbox: Outbox
}

function prepareCommit(db: DatabaseSync, deps: CommitDeps) {
  const journal = db.prepare('INSERT INTO journal (fuelling_point, at, input) VALUES (?, ?, ?)')
  const clear = db.prepare('DELETE FROM journal WHERE fuelling_point = ?')
  const point = db.prepare(
    `INSERT INTO point (fuelling_point, seq, observed, last_refuel) VALUES (?, 0, ?, ?)
     ON CONFLICT (fuelling_point) DO UPDATE SET
       observed = coalesce(excluded.observed, observed),
       last_refuel = coalesce(excluded.last_refuel, last_refuel)`,
  )
  const store = prepareFacts(db, deps)
  return (change: Change): readonly StationEvent[] => {
    const { fuellingPoint, at, inputs, observed, lastRefuel } = change
    point.run(fuellingPoint, toText(observed), toText(lastRefuel))
    for (const input of inputs) journal.run(fuellingPoint, at, JSON.stringify(input))
    if (change.journal === 'clear') clear.run(fuellingPoint)
    return store(change.facts, at)
  }
}

/** Mints events out of facts, in the same database transaction as the inputs they follow from. */
function prepareFacts(db: DatabaseSync, { stationId, edgeId, outbox, count }: CommitDeps) {
  const bump = db.prepare('UPDATE point SET seq = seq + 1 WHERE fuelling_point = ? RETURNING seq')
  const record = recordSale(db)
  const forget = forgetOldSales(db)
  return (facts: readonly StationFact[], at: string): readonly StationEvent[] => {
    const news = facts.flatMap((fact) => {
      const verdict = fact.type === 'refuel.completed.v1' ? record(fact.sale) : 'new'
      if (verdict !== 'new') count('sale_repeated')
      if (verdict === 'same') return []
      return [verdict === 'new' ? fact : toAlarm(fact, verdict)]
    })
    const events = news.map((fact) => {
      const seq = Number(bump.get(fact.fuellingPoint)?.['seq'])
      return { ...fact, eventId: randomUUIDv7(), stationId, edgeId, occurredAt: at, seq }
    })
    for (const event of events) outbox.append(event, classOf(event))
    if (events.length > 0) forget()
    return events
  }
}

function toText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** A known sale id that may be another sale: not sent as a sale twice, and not lost either. */
function toAlarm(fact: StationFact, verdict: 'conflict' | 'unclear'): StationFact {
  if (fact.type !== 'refuel.completed.v1') return fact
  const { saleId, volumeMl, amountFen } = fact.sale
  const how = verdict === 'conflict' ? 'with other figures' : 'and may be another sale'
  const detail = `sale ${saleId} shown again ${how}: ${volumeMl} ml, ${amountFen} fen`
  const { fuellingPoint, refuelId } = fact
  return { type: 'alarm.raised.v1', alarm: 'sale_unreadable', fuellingPoint, refuelId, detail }
}
