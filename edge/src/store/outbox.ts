import type { DatabaseSync } from 'node:sqlite'
import type { StationEvent } from '@forecourt/contracts'
import type { GroupCommit } from './group-commit.ts'

/** `money`: a sale, or the evidence of one; never dropped. `note`: what happened around it. */
export type EventClass = 'money' | 'note'

export const outboxLimits = {
  /** A busy station sells 2,000 refuels a day: fifty days without a line. */
  moneyMax: 100_000,
  /** The oldest go first beyond it, and are counted. */
  notesMax: 10_000,
} as const

/** Events that are stored and not yet confirmed by the cloud. */
export type Outbox = {
  /** Adds an event inside the caller's database transaction. */
  append(event: StationEvent, eventClass: EventClass): void
  /** The oldest events, in the order they happened. */
  peek(eventsMax: number): readonly StationEvent[]
  /** Lets confirmed events go. */
  confirm(eventIds: readonly string[]): Promise<void>
  /** Keeps an event the cloud will never take out of the way, for a person. */
  setAside(eventId: string, reason: string): Promise<void>
  depth(): number
  setAsideCount(): number
  /** True when not one more sale may be begun on credit; sales that happen are stored all the same. */
  isFull(): boolean
}

export function createOutbox(deps: {
  readonly db: DatabaseSync
  readonly group: GroupCommit
  readonly now: () => Date
  readonly count: (rejection: string) => void
}): Outbox {
  const { db, group, count } = deps
  const sql = prepare(db)
  // Counted once here and kept in step, so that /metrics and every lift cost no table scan.
  const depths = { money: sql.countOf('money'), note: sql.countOf('note') }
  let aside = sql.asideCount()
  group.onUndone(() => {
    depths.money = sql.countOf('money')
    depths.note = sql.countOf('note')
    aside = sql.asideCount()
  })
  const remove = (eventId: string) => {
    const eventClass = sql.remove.get(eventId)?.['class']
    if (eventClass === 'money' || eventClass === 'note') depths[eventClass] -= 1
  }
  return {
    append(event, eventClass) {
      sql.insert.run(event.eventId, eventClass, JSON.stringify(event))
      depths[eventClass] += 1
      if (depths.note <= outboxLimits.notesMax) return
      sql.dropOldestNote.run()
      depths.note -= 1
      count('outbox_notes_dropped')
    },
    peek: (eventsMax) =>
      sql.peek.all(eventsMax).map((row) => JSON.parse(String(row['event'])) as StationEvent),
    confirm: (eventIds) =>
      group.write(() => {
        for (const eventId of eventIds) remove(eventId)
      }),
    setAside: (eventId, reason) =>
      group.write(() => {
        sql.moveAside.run(deps.now().toISOString(), reason, eventId)
        remove(eventId)
        aside = sql.asideCount()
      }),
    depth: () => depths.money + depths.note,
    setAsideCount: () => aside,
    isFull: () => depths.money >= outboxLimits.moneyMax,
  }
}

function prepare(db: DatabaseSync) {
  const count = db.prepare('SELECT count(*) AS n FROM outbox WHERE class = ?')
  const aside = db.prepare('SELECT count(*) AS n FROM set_aside')
  return {
    insert: db.prepare('INSERT INTO outbox (event_id, class, event) VALUES (?, ?, ?)'),
    peek: db.prepare('SELECT event FROM outbox ORDER BY id LIMIT ?'),
    remove: db.prepare('DELETE FROM outbox WHERE event_id = ? RETURNING class'),
    moveAside: db.prepare(
      `INSERT INTO set_aside (event_id, at, reason, event)
       SELECT event_id, ?, ?, event FROM outbox WHERE event_id = ? ON CONFLICT DO NOTHING`,
    ),
    dropOldestNote: db.prepare(
      `DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox WHERE class = 'note')`,
    ),
    countOf: (eventClass: EventClass) => Number(count.get(eventClass)?.['n']),
    asideCount: () => Number(aside.get()?.['n']),
  }
}

/** Which limit an event counts against. A lost pump is a note: the next reading tells it again. */
export function classOf(event: StationEvent): EventClass {
  switch (event.type) {
    case 'refuel.completed.v1':
      return 'money'
    case 'alarm.raised.v1':
      return event.alarm === 'pump_lost' ? 'note' : 'money'
    case 'refuel.started.v1':
    case 'refuel.cancelled.v1':
      return 'note'
  }
}
