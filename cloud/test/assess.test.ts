import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assess, limitFor, type Spender } from '../src/risk/index.ts'

const limits = { fillFenMax: 200_000, dayFenMax: 500_000 }
const spender: Spender = {
  status: 'active',
  hasPaymentMethod: true,
  spentTodayFen: 0,
  tankCapacityMl: null,
  grades: null,
}
const sale = { volumeMl: 40_000, unitPriceFenPerLitre: 789, amountFen: 31_560, grade: '92' }

const anySpender: fc.Arbitrary<Spender> = fc.record({
  status: fc.constantFrom('active', 'blocked', 'overdue'),
  hasPaymentMethod: fc.boolean(),
  spentTodayFen: fc.integer({ min: 0, max: 1_000_000 }),
  tankCapacityMl: fc.option(fc.integer({ min: 1, max: 100_000 })),
  grades: fc.option(fc.subarray(['92', '95', '0'])),
})
const anySale = fc.record({
  volumeMl: fc.integer({ min: 0, max: 100_000_000 }),
  unitPriceFenPerLitre: fc.integer({ min: 1, max: 65_535 }),
  amountFen: fc.integer({ min: 0, max: 1_000_000_000 }),
  grade: fc.constantFrom('92', '95', '0'),
})

describe('risk', () => {
  test.each<[string, object, object, string | null]>([
    ['a plain sale of a good member', {}, {}, null],
    ['an amount beside its litres', { amountFen: 31_600 }, {}, 'amount_mismatch'],
    ['an amount that rounding explains', { amountFen: 31_568 }, {}, null],
    ['a blocked member', {}, { status: 'blocked' }, 'member_blocked'],
    ['an overdue member', {}, { status: 'overdue' }, 'member_overdue'],
    ['no way to pay', {}, { hasPaymentMethod: false }, 'no_payment_method'],
    ['a grade the car does not take', {}, { grades: ['95', '98'] }, 'risk_limit'],
    ['more than the tank holds', {}, { tankCapacityMl: 36_000 }, 'risk_limit'],
    ['a tank filled to the neck', {}, { tankCapacityMl: 37_000 }, null],
    ['the day’s cap reached to the fen', {}, { spentTodayFen: 468_440 }, null],
    ['the day’s cap passed by a fen', {}, { spentTodayFen: 468_441 }, 'risk_limit'],
  ])('%s', (_name, ofSale, ofSpender, reason) => {
    expect(assess({ ...sale, ...ofSale }, { ...spender, ...ofSpender }, limits)).toBe(reason)
  })

  test('whatever is accepted stays within both caps, however odd the sale', () => {
    fc.assert(
      fc.property(anySale, anySpender, (anyOne, who) => {
        if (assess(anyOne, who, limits) !== null) return
        expect(anyOne.amountFen).toBeLessThanOrEqual(limits.fillFenMax)
        // A sale of nothing takes nothing, whatever was spent before.
        const leftFen = Math.max(0, limits.dayFenMax - who.spentTodayFen)
        expect(anyOne.amountFen).toBeLessThanOrEqual(leftFen)
        expect(who.status).toBe('active')
      }),
      { numRuns: 2_000 },
    )
  })

  test('who has spent more today is never allowed more', () => {
    fc.assert(
      fc.property(anySpender, fc.integer({ min: 0, max: 1_000_000 }), (who, moreFen) => {
        const later = { ...who, spentTodayFen: who.spentTodayFen + moreFen }
        expect(limitFor(later, limits)).toBeLessThanOrEqual(limitFor(who, limits))
        expect(limitFor(later, limits)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
