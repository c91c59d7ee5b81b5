import { Millilitres, type StationEvent } from '@forecourt/contracts'
import { describe, expect, test } from 'vitest'
import { openStore } from '../src/store/index.ts'
import { createLonePump } from './lone-pump.ts'
import { at, change, controllerSale } from './visit.ts'

const waitingMax = 10_000
const totaliserMl = Millilitres.parse(1_020_000)
const nothing = change({ fuellingPoint: 2 })

/** A pump on a store that nothing reaches the disk of until this turn of the event loop is over. */
function station() {
  const store = openStore({
    path: ':memory:',
    stationId: 'demo-1',
    now: () => new Date(at),
    count: () => undefined,
    onStuck: (error) => {
      throw error
    },
  })
  const told: StationEvent[] = []
  const pump = createLonePump(store, (events) => void told.push(...events))
  const fill = (changes: number) =>
    Promise.all(Array.from({ length: changes }, () => store.commit(nothing)))
  const sold = () => told.filter(({ type }) => type === 'refuel.completed.v1')
  return { store, pump, fill, sold }
}

describe('changes that wait for the disk', () => {
  test('are taken up to their limit, and again once the disk has them', async () => {
    const { store, fill } = station()
    const before = fill(waitingMax - 1)
    expect([store.waiting(), store.takesMore()]).toEqual([waitingMax - 1, true])
    const last = fill(1)
    expect([store.waiting(), store.takesMore()]).toEqual([waitingMax, false])
    await Promise.all([before, last])
    expect([store.waiting(), store.takesMore()]).toEqual([0, true])
  })

  test('at their limit add no more of a reading; the next one after it tells the sale', async () => {
    const { store, pump, fill, sold } = station()
    pump.shows({})
    const filled = fill(waitingMax)
    const sale = { totaliserMl, lastSale: controllerSale({ transactionNumber: 7, totaliserMl }) }
    const waiting = store.waiting()
    pump.shows({ state: 'calling', liftedNozzle: 1 })
    pump.shows(sale)
    expect(store.waiting()).toBe(waiting)
    await filled
    expect(sold()).toEqual([])
    pump.shows(sale)
    await expect.poll(sold).toMatchObject([{ sale: { transactionNumber: 7 } }])
  })
})
