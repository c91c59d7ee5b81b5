import { type Receipt, type StationEvent, type Uplink, UplinkError } from '@forecourt/contracts'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { openStore } from '../src/store/index.ts'
import { backoffMs } from '../src/uplink/backoff.ts'
import { createForwarder } from '../src/uplink/index.ts'
import { until } from './until.ts'
import { at, refuelId, sale } from './visit.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0).reverse()) await closer()
})

/** A forwarder over a real store; `answer` stands for the line and may fail as a line does. */
function station(answer: (events: readonly StationEvent[]) => Promise<readonly Receipt[]>) {
  const counts: string[] = []
  const received: string[] = []
  const store = openStore({
    path: ':memory:',
    stationId: 'demo-1',
    now: () => new Date(at),
    count: (n) => counts.push(n),
    onStuck: () => undefined,
  })
  closers.push(() => store.close())
  const uplink: Uplink = {
    kind: 'http',
    send: answer,
    authorise: () => Promise.reject(new UplinkError('uplink_down', 'not asked here')),
    settlements: async () => [],
    close: async () => undefined,
  }
  const forwarder = createForwarder({
    uplink,
    outbox: store.outbox,
    now: () => new Date(at),
    random: () => 0,
    log: pino({ level: 'silent' }),
    count: (n) => counts.push(n),
    onReceipts: (events) => received.push(...events.map((event) => event.eventId)),
    onChange: () => undefined,
  })
  closers.push(() => forwarder.close())
  const sell = async (n: number) => {
    const events = await store.commit({
      fuellingPoint: 1,
      at,
      inputs: [],
      facts: [
        {
          type: 'refuel.completed.v1',
          refuelId: refuelId(n),
          fuellingPoint: 1,
          sale: sale(n),
          identity: { plates: [], vehicles: [] },
          authorisationId: null,
          origin: 'witnessed',
          totaliserBeforeMl: null,
        },
      ],
      observed: null,
      journal: 'clear',
      lastRefuel: null,
    })
    forwarder.wake()
    return events[0]?.eventId ?? ''
  }
  return { store, forwarder, counts, received, sell }
}
const accept = (events: readonly StationEvent[]): readonly Receipt[] =>
  events.map(({ eventId }) => ({ eventId, status: 'committed', reason: null }))

describe('the forwarder', () => {
  test('sends what is stored in order, and a row leaves on its receipt', async () => {
    const sent: string[] = []
    const s = station(async (events) => {
      sent.push(...events.map((event) => event.eventId))
      return accept(events)
    })
    const ids = [await s.sell(1), await s.sell(2), await s.sell(3)]
    await until(() => s.store.outbox.depth() === 0)
    expect(sent).toEqual(ids)
    expect(s.received).toEqual(ids)
    expect(s.forwarder.state()).toMatchObject({ online: true, refusal: null })
  })

  test('a line that fails and comes back loses nothing and keeps the order', async () => {
    const line: { state: 'down' | 'up' } = { state: 'down' }
    const taken: string[] = []
    const s = station(async (events) => {
      if (line.state === 'down') throw new UplinkError('uplink_down', 'cut')
      taken.push(...events.map((event) => event.eventId))
      return accept(events)
    })
    const ids = [await s.sell(1), await s.sell(2)]
    await until(() => !s.forwarder.state().online)
    expect(s.store.outbox.depth()).toBe(2)
    line.state = 'up'
    s.forwarder.lineReturned()
    await until(() => s.store.outbox.depth() === 0)
    expect(taken).toEqual(ids)
  })

  test('an event without a receipt stays and is sent again, before newer ones', async () => {
    const batches: number[] = []
    const s = station(async (events) => {
      batches.push(events.length)
      return batches.length === 1 ? accept(events.slice(0, 1)) : accept(events)
    })
    await Promise.all([s.sell(1), s.sell(2)])
    await until(() => s.store.outbox.depth() === 0)
    expect(batches.length).toBeGreaterThan(1)
    expect(s.received).toHaveLength(2)
  })

  test("a rejected event is set aside, counted, and stands in nobody's way", async () => {
    const s = station(async (events) =>
      events.map(({ eventId, seq }) =>
        seq === 1
          ? { eventId, status: 'rejected' as const, reason: 'not a plate' }
          : { eventId, status: 'duplicate' as const, reason: null },
      ),
    )
    await Promise.all([s.sell(1), s.sell(2)])
    await until(() => s.store.outbox.depth() === 0)
    expect(s.store.outbox.setAsideCount()).toBe(1)
    expect(s.counts).toContain('event_rejected')
  })

  test('a refusal keeps every event and says why', async () => {
    const s = station(async () => {
      throw new UplinkError('uplink_refused', 'station_in_use: another gateway')
    })
    await s.sell(1)
    await until(() => s.forwarder.state().refusal !== null)
    expect(s.forwarder.state().refusal).toMatch(/station_in_use/)
    expect(s.store.outbox.depth()).toBe(1)
  })
})

test('waits grow, stay under their limit and never vanish', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const limits = { firstMs: 250, maxMs: 5_000 }
        const wait = backoffMs(failures, limits, random)
        expect(wait).toBeGreaterThanOrEqual(125)
        expect(wait).toBeLessThanOrEqual(5_000)
        expect(backoffMs(failures + 1, limits, random)).toBeGreaterThanOrEqual(wait)
      },
    ),
  )
})
