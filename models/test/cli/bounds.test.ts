import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { percent, rateOf, toRateText } from '../../src/cli/bounds.ts'

describe('a rate', () => {
  test('has Wilson’s bounds: 8 of 10 leave 49 to 94 %', () => {
    const { share, low, high } = rateOf(8, 10)
    expect(share).toBe(0.8)
    expect(low).toBeCloseTo(0.49, 3)
    expect(high).toBeCloseTo(0.9433, 3)
  })

  test('follows the rule of three where nothing happened, or everything', () => {
    expect(rateOf(0, 1_000).high).toBeCloseTo(3 / 1_000, 4)
    expect(rateOf(1_000, 1_000).low).toBeCloseTo(1 - 3 / 1_000, 4)
    expect(rateOf(0, 1).high).toBeCloseTo(0.95)
  })

  test('of nothing says nothing', () => {
    expect(rateOf(0, 0)).toMatchObject({ share: null, low: null, high: null })
    expect(toRateText(rateOf(0, 0))).toBe('0 of 0')
  })

  test('lies between its bounds, and more pictures bring them closer', () => {
    const counts = fc
      .integer({ min: 1, max: 5_000 })
      .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)))
    fc.assert(
      fc.property(counts, ([count, total]) => {
        const { share, low, high } = rateOf(count, total)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(share ?? -1)
        expect(high).toBeGreaterThanOrEqual(share ?? 2)
        expect(high).toBeLessThanOrEqual(1)
        const tenfold = rateOf(count * 10, total * 10)
        expect((tenfold.high ?? 1) - (tenfold.low ?? 0)).toBeLessThan((high ?? 0) - (low ?? 1))
      }),
    )
  })

  test('is never rounded to all or to none', () => {
    expect(percent(0.99999)).toBe('99.99')
    expect(percent(0.00001)).toBe('0.01')
    expect(percent(1)).toBe('100.00')
    expect(percent(0)).toBe('0.00')
    expect(toRateText(rateOf(312, 319))).toBe('312 of 319  97.81 % (95.5 to 98.9)')
    expect(toRateText(rateOf(25, 45_367))).toBe('25 of 45367  0.06 % (0.04 to 0.08)')
  })
})
