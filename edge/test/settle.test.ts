import { type Settlement, type Uplink, UplinkError } from '@forecourt/contracts'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { createSettlementListener } from '../src/uplink/index.ts'
import { until } from './until.ts'
import { settlement } from './uplink-conformance.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer()
})

/** A listener whose cloud answers each question by `answer`, and whose store is a number. */
function listen(answer: (after: number) => Promise<readonly Settlement[]>) {
  const seen = { cursor: 0, told: [] as string[], shown: [] as string[], failures: [] as string[] }
  const order: string[] = []
  const uplink: Uplink = {
    kind: 'http',
    send: async () => [],
    authorise: () => Promise.reject(new UplinkError('uplink_down', 'not asked here')),
    settlements: ({ after }) => answer(after),
    close: async () => undefined,
  }
  const listener = createSettlementListener({
    uplink,
    store: {
      settlementsCursor: () => seen.cursor,
      heard: async (cursor) => {
        order.push('stored')
        seen.cursor = cursor
      },
    },
    log: pino({ level: 'silent' }),
    random: () => 0,
    count: () => undefined,
    show: (one) => {
      seen.shown.push(one.refuelId)
      return null
    },
    publishReceipt: async (vehicleId) => {
      order.push('told')
      seen.told.push(vehicleId)
      if (vehicleId === 'broken') throw new Error('no such car')
    },
    onAnswer: () => undefined,
    onFailure: (error) => seen.failures.push(error.code),
  })
  closers.push(listener.close)
  return { seen, order }
}
const nothingMore = () =>
  new Promise<readonly Settlement[]>((resolve) => setTimeout(resolve, 20, []))

describe('the settlement listener', () => {
  test('tells the cars before it stores how far it heard, and asks on from there', async () => {
    const asked: number[] = []
    const { seen, order } = listen(async (after) => {
      asked.push(after)
      return after === 0
        ? [{ ...settlement(4), vehicleIds: ['car-1'] }, settlement(5)]
        : nothingMore()
    })
    await until(() => asked.length > 1)
    expect(asked.slice(0, 2)).toEqual([0, 5])
    expect(order).toEqual(['told', 'stored'])
    expect(seen).toMatchObject({ cursor: 5, told: ['car-1'] })
    expect(seen.shown).toHaveLength(2)
  })

  test('a car that cannot be told stops nothing', async () => {
    const { seen } = listen(async (after) =>
      after === 0 ? [{ ...settlement(1), vehicleIds: ['broken', 'car-2'] }] : nothingMore(),
    )
    await until(() => seen.cursor === 1)
    expect(seen.told).toEqual(['broken', 'car-2'])
  })

  test('a line that fails is told, and the same cursor is asked for again', async () => {
    const asked: number[] = []
    const { seen } = listen(async (after) => {
      asked.push(after)
      if (asked.length === 1) throw new UplinkError('uplink_down', 'cut')
      return after === 0 ? [settlement(1)] : nothingMore()
    })
    await until(() => seen.cursor === 1)
    expect(asked.slice(0, 2)).toEqual([0, 0])
    expect(seen.failures).toEqual(['uplink_down'])
  })
})
