import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StationFact } from '@forecourt/contracts'
import { StationEvent } from '@forecourt/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { idle, replay, type SessionInput } from '../src/session/index.ts'
import { openStore, outboxLimits, type StoreDeps } from '../src/store/index.ts'
import { at, change, lifted, refuelId, run, sale } from './visit.ts'

const root = mkdtempSync(join(tmpdir(), 'edge-store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = () => mkdtempSync(join(root, 'data-'))

function open(path = ':memory:', over: Partial<StoreDeps> = {}) {
  const counts: string[] = []
  const store = openStore({
    path,
    stationId: 'demo-1',
    now: () => new Date(at),
    count: (name) => counts.push(name),
    onStuck: (error) => {
      throw error
    },
    ...over,
  })
  return { ...store, counts }
}

const started = (n: number): StationFact => ({
  type: 'refuel.started.v1',
  refuelId: refuelId(n),
  fuellingPoint: 1,
  nozzle: 1,
  grade: '92',
  releaseMode: 'postpay',
})
const completed = (n: number, over = {}): StationFact => ({
  type: 'refuel.completed.v1',
  refuelId: refuelId(n),
  fuellingPoint: 1,
  sale: sale(n, over),
  identity: { plates: [], vehicles: [] },
  authorisationId: null,
  origin: 'witnessed',
  totaliserBeforeMl: null,
})

describe('the store', () => {
  test('an event is minted once, with a sequence per fuelling point, and is one the cloud knows', async () => {
    const store = open()
    const first = await store.commit(change({ facts: [started(1), completed(1)] }))
    const second = await store.commit(
      change({ fuellingPoint: 2, facts: [{ ...started(2), fuellingPoint: 2 }] }),
    )
    const third = await store.commit(change({ facts: [completed(2)] }))
    expect(
      [...first, ...second, ...third].map((event) => [event.fuellingPoint, event.seq]),
    ).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
    ])
    for (const event of store.outbox.peek(10)) expect(StationEvent.parse(event)).toEqual(event)
    store.close()
  })

  test('what was committed is there after the process is gone, and the visit goes on', async () => {
    const path = folder()
    const inputs: readonly SessionInput[] = [lifted(), { type: 'flow_started' }]
    const before = open(path)
    await before.commit(change({ inputs, facts: run(inputs).facts }))
    const { edgeId } = before
    // The database is closed without any farewell of ours: a kill leaves the same files.
    before.close()
    const after = open(path)
    expect(after.edgeId).toBe(edgeId)
    expect(replay(idle, after.recall(1).inputs)).toEqual(run(inputs).session)
    expect(after.outbox.depth()).toBe(1)
    after.close()
  })

  test('the journal of a visit goes when the visit is over', async () => {
    const store = open()
    await store.commit(change({ inputs: [lifted()] }))
    expect(store.recall(1).inputs).toHaveLength(1)
    await store.commit(change({ journal: 'clear', facts: [completed(1)] }))
    expect(store.recall(1)).toMatchObject({ inputs: [], saleIds: [sale(1).saleId] })
    store.close()
  })

  test('a sale shown again after it was stored is told no second time', async () => {
    const store = open()
    await store.commit(change({ facts: [completed(1)] }))
    expect(await store.commit(change({ facts: [completed(1)] }))).toEqual([])
    expect(store.outbox.depth()).toBe(1)
    expect(store.counts).toEqual(['sale_repeated'])
    store.close()
  })

  test('one sale id with two sets of figures is an alarm, not a second sale', async () => {
    const store = open()
    await store.commit(change({ facts: [completed(1)] }))
    const events = await store.commit(change({ facts: [completed(1, { volumeMl: 999 })] }))
    expect(events).toMatchObject([{ type: 'alarm.raised.v1', alarm: 'sale_unreadable' }])
    expect(events[0]).toMatchObject({ detail: expect.stringContaining('999 ml') })
    store.close()
  })

  test('a sale whose id comes round is an alarm even in the same figures, never silence', async () => {
    const store = open()
    const over = { saleId: 'pump-a/1/1/7/sunseen', totaliserMl: null, startedAt: null }
    await store.commit(change({ facts: [completed(7, over)] }))
    const events = await store.commit(change({ facts: [completed(7, over)] }))
    expect(events).toMatchObject([{ type: 'alarm.raised.v1', alarm: 'sale_unreadable' }])
    expect(events[0]).toMatchObject({ detail: expect.stringContaining('20000 ml, 15780 fen') })
    store.close()
  })

  test('many changes of one moment are one commit, and a bad one takes no other with it', async () => {
    const store = open()
    const bad = {
      ...completed(2),
      sale: { ...sale(2), saleId: undefined },
    } as unknown as StationFact
    const results = await Promise.allSettled([
      store.commit(change({ facts: [completed(1)] })),
      store.commit(change({ facts: [bad] })),
      store.commit(change({ facts: [completed(3)] })),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(store.outbox.peek(10)).toHaveLength(2)
    expect(store.outbox.depth()).toBe(2)
    store.close()
  })

  test('events leave only when confirmed, and rejected ones are kept aside', async () => {
    const store = open()
    const [one, two] = await store.commit(change({ facts: [completed(1), completed(2)] }))
    await store.outbox.confirm([one?.eventId ?? ''])
    expect(store.outbox.peek(10)).toEqual([two])
    await store.outbox.setAside(two?.eventId ?? '', 'bad')
    expect(store.outbox.depth()).toBe(0)
    expect(store.outbox.setAsideCount()).toBe(1)
    store.close()
  })

  test('notes beyond their limit go, the oldest first; money never does', async () => {
    const store = open()
    const many = Array.from({ length: outboxLimits.notesMax }, (_, n) => started(n))
    await store.commit(change({ facts: [completed(1), ...many] }))
    await store.commit(change({ facts: [started(20_000), started(20_001)] }))
    expect(store.outbox.depth()).toBe(outboxLimits.notesMax + 1)
    expect(store.counts).toEqual(['outbox_notes_dropped', 'outbox_notes_dropped'])
    const [money, note] = store.outbox.peek(2)
    expect(money?.type).toBe('refuel.completed.v1')
    expect(note).toMatchObject({ refuelId: refuelId(2) })
    store.close()
  })

  test('a settlement cursor and what the pump shows survive', async () => {
    const path = folder()
    const before = open(path)
    await before.commit(change())
    await before.heard(17, new Map([[1, { refuelId: refuelId(1) } as never]]))
    before.close()
    const after = open(path)
    expect(after.settlementsCursor()).toBe(17)
    expect(after.recall(1).lastRefuel).toMatchObject({ refuelId: refuelId(1) })
    after.close()
  })

  test('a second gateway on the same folder is told so', () => {
    const path = folder()
    const first = open(path)
    expect(() => open(path)).toThrow(/in use by another gateway/)
    first.close()
  })

  test('a damaged database is kept aside and a new one begun', () => {
    const path = folder()
    writeFileSync(join(path, 'station.db'), 'no database at all '.repeat(500))
    const store = open(path)
    expect(store.damagedPath).toMatch(/station\.db\.bad-2026/)
    expect(readdirSync(path).some((name) => name.includes('.bad-'))).toBe(true)
    expect(store.outbox.depth()).toBe(0)
    store.close()
  })

  test('a folder that cannot be made is named with what to do', () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    expect(() => open(join(file, 'data'))).toThrow(/cannot be used as dataDirectory/)
  })
})
