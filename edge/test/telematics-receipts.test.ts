import { VehicleReceipt } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  confirmOldest,
  emptyBox,
  markUnsent,
  putLetter,
  type ReceiptBox,
  receiptBoxLimits,
  takeUnsent,
} from '../src/telematics/receipt-box.ts'

const receiptOf = (n: number) =>
  VehicleReceipt.parse({
    stationId: 'demo-1',
    refuelId: '019400d0-0000-7000-8000-000000000001',
    ending: 'charged',
    reason: null,
    amountFen: n,
    receiptNumber: `R-${n}`,
    decidedAt: '2026-11-23T06:00:00.000Z',
  })
const numbers = (receipts: readonly VehicleReceipt[]) => receipts.map(({ amountFen }) => amountFen)

/** Puts receipts 1, 2, 3, … in for these cars. */
function putAll(vehicleIds: readonly string[]): { box: ReceiptBox; dropped: number } {
  let box = emptyBox
  let dropped = 0
  for (const [index, vehicleId] of vehicleIds.entries()) {
    const put = putLetter(box, vehicleId, receiptOf(index + 1))
    box = put.box
    dropped += put.dropped
  }
  return { box, dropped }
}

describe('receipts on their way', () => {
  test('are few for a car, and none is dropped uncounted', () => {
    const car = fc.integer({ min: 1, max: 6 }).map((n) => `car-${n}`)
    fc.assert(
      fc.property(fc.array(car, { maxLength: 60 }), (cars) => {
        const { box, dropped } = putAll(cars)
        const kept = [...box.values()].flat().length
        expect(kept + dropped).toBe(cars.length)
        for (const [vehicleId, letters] of box) {
          expect(letters.length).toBeLessThanOrEqual(receiptBoxLimits.lettersPerVehicleMax)
          const put = cars.flatMap((each, index) => (each === vehicleId ? [index + 1] : []))
          const newest = put.slice(-receiptBoxLimits.lettersPerVehicleMax)
          expect(numbers(takeUnsent(box, vehicleId).receipts)).toEqual(newest)
        }
      }),
    )
  })

  test('wait for so many cars only; the one longest without a receipt goes', () => {
    const max = receiptBoxLimits.vehiclesMax
    const cars = Array.from({ length: max }, (_, n) => `car-${n}`)
    const { box, dropped } = putAll([...cars, 'car-0', 'car-new'])
    expect([box.size, dropped]).toEqual([max, 1])
    expect([box.has('car-0'), box.has('car-1'), box.has('car-new')]).toEqual([true, false, true])
  })

  test('are sent once a connection, and again on the next unless confirmed', () => {
    const { box } = putAll(['car-1', 'car-1', 'car-1'])
    const first = takeUnsent(box, 'car-1')
    expect(numbers(first.receipts)).toEqual([1, 2, 3])
    expect(takeUnsent(first.box, 'car-1').receipts).toEqual([])
    const confirmed = confirmOldest(first.box, 'car-1')
    expect(numbers(takeUnsent(markUnsent(confirmed, 'car-1'), 'car-1').receipts)).toEqual([2, 3])
  })

  test('that were not sent cannot be confirmed', () => {
    const { box } = putAll(['car-1'])
    expect(confirmOldest(box, 'car-1')).toEqual(box)
    expect(confirmOldest(box, 'car-2')).toEqual(box)
  })

  test('leave nothing behind once all are confirmed', () => {
    const { box } = putAll(['car-1'])
    expect(confirmOldest(takeUnsent(box, 'car-1').box, 'car-1')).toEqual(emptyBox)
  })
})
