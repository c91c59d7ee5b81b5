import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../src/db/open.ts'
import { type IngestNote, quarantineMax } from '../src/ingest/accept-event.ts'
import { createIngest, createPartitions } from '../src/ingest/index.ts'
import { createStation } from '../src/stations/stations.repo.ts'
import { completed, createDatabase, databases } from './cloud-under-test.ts'

const log = pino({ level: 'silent' })
const edgeId = '11111111-1111-4111-8111-111111111111'

describe.each(databases)('taking events, on %s', (kind) => {
  let database: OpenDatabase
  const notes: IngestNote[] = []
  beforeAll(async () => {
    database = await openDatabase(
      kind === 'embedded' ? { kind, directory: 'memory' } : { kind, url: await createDatabase() },
    )
  })
  afterAll(() => database.close())

  async function makeStation(stationId: string) {
    await createStation(database.db, { stationId, name: 'Test' })
    notes.length = 0
    const { db } = database
    const clock = () => new Date()
    const ingest = createIngest({
      db,
      partitions: createPartitions({ db, clock, log }),
      settings: {
        limits: { fillFenMax: 200_000, dayFenMax: 1_000_000 },
        acceptConfidence: 0.9,
        gateways: new Set(),
      },
      clock,
      log,
      onNote: (note) => notes.push(note),
    })
    return { stationId, edgeId, ingest }
  }

  test('when quarantine is full a misfit gets no receipt, so the gateway keeps it; others go through', async () => {
    const station = await makeStation('full-1')
    await sql`insert into quarantine (station_id, reason, detail, raw, raw_digest)
      select 'full-1', 'invalid_event', '', '', n::text
      from generate_series(1, ${quarantineMax}) as n`.execute(database.db)
    const bad = { ...completed(station), sale: null }
    const good = completed(station)
    const receipts = await station.ingest(station.stationId, [bad, good])
    expect(receipts).toEqual([{ eventId: good.eventId, status: 'committed', reason: null }])
    expect(notes).toContain('quarantine_full')
  })

  test('a value that the database refuses takes its own event to quarantine and no other', async () => {
    const station = await makeStation('poison-1')
    const [before, after] = [completed(station), completed(station)]
    const poison = { ...completed(station), seq: 2 ** 53 - 1 }
    // What no check of ours knows of: the database’s own rule, as a later migration might add one.
    await sql`alter table event_sequence add constraint sequence_small check (seq < 1000000)`.execute(
      database.db,
    )
    const receipts = await station.ingest(station.stationId, [before, poison, after])
    await sql`alter table event_sequence drop constraint sequence_small`.execute(database.db)
    expect(receipts).toEqual([
      { eventId: before.eventId, status: 'committed', reason: null },
      {
        eventId: poison.eventId,
        status: 'rejected',
        reason: expect.stringMatching(/^unstorable_event: .*23514/),
      },
      { eventId: after.eventId, status: 'committed', reason: null },
    ])
    expect(notes.filter((note) => note === 'committed')).toHaveLength(2)
  })

  test('gaps and swaps in a fuelling point’s sequence are seen, and nothing is refused for them', async () => {
    const station = await makeStation('sequence-1')
    const at = (seq: number) => completed(station, { seq })
    const receipts = await station.ingest(station.stationId, [at(1), at(2), at(5), at(3), at(6)])
    expect(receipts.map(({ status }) => status)).toEqual(Array(5).fill('committed'))
    expect(notes.filter((note) => note.startsWith('seq_'))).toEqual(['seq_gap', 'seq_out_of_order'])
  })

  test('keys of an event in another order are the same event', async () => {
    const station = await makeStation('order-1')
    const event = completed(station)
    const turned = Object.fromEntries(Object.entries(event).reverse())
    await station.ingest(station.stationId, [event])
    const receipts = await station.ingest(station.stationId, [turned])
    expect(receipts[0]?.status).toBe('duplicate')
  })

  test('two events of one refuel with two sales are not both the refuel', async () => {
    const station = await makeStation('twice-1')
    const first = completed(station)
    const second = completed(station, { refuelId: first.refuelId })
    const receipts = await station.ingest(station.stationId, [first, second])
    expect(receipts.map(({ status }) => status)).toEqual(['committed', 'rejected'])
    expect(notes).toContain('sale_conflict')
  })

  test('a sale whose id may be another’s is kept for a person, though its figures are the same', async () => {
    const station = await makeStation('wrapped-1')
    const [first, second] = [completed(station), completed(station)]
    const unseen = { ...first.sale, saleId: 'pump-a/1/1/7/sunseen', totaliserMl: null }
    const told = (event: typeof first) => ({ ...event, sale: { ...unseen }, origin: 'recovered' })
    const receipts = await station.ingest(station.stationId, [told(first), told(second)])
    expect(receipts.map(({ status }) => status)).toEqual(['committed', 'rejected'])
    expect(notes).toContain('sale_conflict')
  })
})
