import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../src/db/open.ts'
import { transact } from '../src/db/transact.ts'
import { createPartitions } from '../src/ingest/index.ts'
import { appendSettlement, createBell, createSettlementPoll } from '../src/settlements/index.ts'
import { listSettlements } from '../src/settlements/settlements.repo.ts'
import {
  bindEdge,
  createStation,
  edgeSilentMs,
  releaseEdge,
} from '../src/stations/stations.repo.ts'
import { createDatabase, databases, uuid7 } from './cloud-under-test.ts'

const log = pino({ level: 'silent' })
const edges = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

describe.each(databases)('the database, %s', (kind) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await openDatabase(
      kind === 'embedded' ? { kind, directory: 'memory' } : { kind, url: await createDatabase() },
    )
  })
  afterAll(() => database.close())

  let stations = 0
  async function makeStation(): Promise<string> {
    const stationId = `station-${++stations}`
    await createStation(database.db, { stationId, name: 'Test' })
    return stationId
  }
  const settle = (stationId: string) =>
    transact(database.db, (trx) =>
      appendSettlement(trx, {
        stationId,
        refuelId: uuid7(),
        saleId: uuid7(),
        ending: 'payable',
        reason: 'no_plate',
        amountFen: 1,
        receiptNumber: null,
        memberName: null,
        vehicleIds: [],
        decidedAt: new Date(),
      }),
    )

  test('sums of money beyond 2^53 stay exact', async () => {
    const { rows } = await sql<{ total: bigint }>`
      select (9007199254740993::bigint + 2) as total`.execute(database.db)
    expect(rows[0]?.total).toBe(9_007_199_254_740_995n)
  })

  test('a month ends at midnight in +08:00, and a clock gone wrong has its place too', async () => {
    const clock = () => new Date('2026-11-15T00:00:00Z')
    const partitions = createPartitions({ db: database.db, clock, log })
    const stop = await partitions.keepAhead()
    await stop()
    const instants = [
      '2026-11-30T15:59:59.999Z',
      '2026-11-30T16:00:00.000Z',
      '2024-05-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '2199-01-01T00:00:00.000Z',
    ]
    await Promise.all([partitions.makeFor(instants), partitions.makeFor(instants)])
    for (const at of instants) {
      await sql`insert into station_event
        (event_id, station_id, fuelling_point, seq, type, occurred_at, body)
        values (${uuid7()}, 's', 1, 1, 't', ${at}::timestamptz, '{}')`.execute(database.db)
    }
    const { rows } = await sql<{ part: string }>`
      select tableoid::regclass::text as part from station_event order by occurred_at`.execute(
      database.db,
    )
    expect(rows.map(({ part }) => part)).toEqual([
      'station_event_default',
      'station_event_2024_05',
      'station_event_2026_11',
      'station_event_2026_12',
      'station_event_default',
    ])
  })

  test('a month whose rows already lie in the default partition stays there, and work goes on', async () => {
    const early = createPartitions({
      db: database.db,
      clock: () => new Date('2030-01-01T00:00:00Z'),
      log,
    })
    const at = '2031-07-01T00:00:00.000Z'
    await early.makeFor([at])
    await sql`insert into station_event
      (event_id, station_id, fuelling_point, seq, type, occurred_at, body)
      values (${uuid7()}, 's', 1, 1, 't', ${at}::timestamptz, '{}')`.execute(database.db)
    const later = createPartitions({
      db: database.db,
      clock: () => new Date('2031-07-02T00:00:00Z'),
      log,
    })
    await later.makeFor([at])
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from station_event where occurred_at = ${at}::timestamptz`.execute(
      database.db,
    )
    expect(rows[0]?.count).toBe(1n)
  })

  test('whoever reads settlements while they are written misses none', async () => {
    const stationId = await makeStation()
    const seen: number[] = []
    const writing = Promise.all(Array.from({ length: 40 }, () => settle(stationId)))
    while (seen.length < 40) {
      const after = seen.at(-1) ?? 0
      const fresh = await listSettlements(database.db, { stationId, after })
      seen.push(...fresh.map(({ cursor }) => cursor))
    }
    await writing
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  })

  test('a settlement that nobody in this process rang for is found by looking', async () => {
    const stationId = await makeStation()
    const stopping = new AbortController()
    const poll = createSettlementPoll({
      db: database.db,
      bell: createBell(),
      stopping: stopping.signal,
    })
    const waiting = poll({ stationId, after: 0, waitMs: 20_000 }, new AbortController().signal)
    await settle(stationId)
    expect(await waiting).toHaveLength(1)
  })

  test('a caller that hangs up and a process that stops both end the wait', async () => {
    const stationId = await makeStation()
    const stopping = new AbortController()
    const poll = createSettlementPoll({
      db: database.db,
      bell: createBell(),
      stopping: stopping.signal,
    })
    const caller = new AbortController()
    const query = { stationId, after: 0, waitMs: 25_000 }
    const waiting = [poll(query, caller.signal), poll(query, new AbortController().signal)]
    caller.abort()
    stopping.abort()
    expect(await Promise.all(waiting)).toEqual([[], []])
  })

  test('a silent gateway may be replaced after its time, and a released one at once', async () => {
    const stationId = await makeStation()
    const now = new Date()
    const bind = (edge: number, afterMs: number) =>
      transact(database.db, (trx) =>
        bindEdge(trx, {
          stationId,
          edgeIds: [edges[edge] ?? ''],
          now: new Date(now.getTime() + afterMs),
        }),
      )
    await bind(0, 0)
    await expect(bind(1, edgeSilentMs)).rejects.toMatchObject({ code: 'station_in_use' })
    await bind(1, edgeSilentMs + 1)
    await expect(bind(0, edgeSilentMs + 2)).rejects.toMatchObject({ code: 'station_in_use' })
    await releaseEdge(database.db, stationId)
    await bind(0, edgeSilentMs + 3)
  })
})

describe.skipIf(inject('postgresUrl') === null)('the schema', () => {
  test('four processes that start together bring up one database', async () => {
    const url = await createDatabase()
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase({ kind: 'postgres', url })),
    )
    const [any] = opened
    if (!any) throw new Error('nothing opened')
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from schema_migration`.execute(any.db)
    expect(Number(rows[0]?.count)).toBeGreaterThan(5)
    await Promise.all(opened.map((each) => each.close()))
  })

  test('a migration that was applied in another wording stops the start', async () => {
    const url = await createDatabase()
    const first = await openDatabase({ kind: 'postgres', url })
    await sql`update schema_migration set digest = 'other' where name like '010%'`.execute(first.db)
    await first.close()
    await expect(openDatabase({ kind: 'postgres', url })).rejects.toMatchObject({
      code: 'migration_changed',
    })
  })
})
