import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Millilitres, saleIdOf } from '../src/index.ts'

const parts = fc.record({
  controllerId: fc.constantFrom('pump-a', 'pump-b'),
  fuellingPoint: fc.integer({ min: 1, max: 4 }),
  nozzle: fc.integer({ min: 1, max: 3 }),
  transactionNumber: fc.option(fc.integer({ min: 0, max: 65_535 })),
  totaliserMl: fc.option(fc.nat().map((ml) => Millilitres.parse(ml))),
  startedAt: fc.option(fc.constantFrom('2026-11-23T06:00:00.000Z', '2026-11-23T06:05:00.000Z')),
})

test('a sale keeps its identity however often and whenever it is read, if the meter totals', () => {
  fc.assert(
    fc.property(parts, fc.option(fc.constant('2026-11-23T07:00:00.000Z')), (sale, startedAt) => {
      fc.pre(sale.totaliserMl !== null)
      expect(saleIdOf({ ...sale, startedAt })).toBe(saleIdOf(sale))
    }),
  )
})

test('a wrapped transaction number is another sale, because the totaliser moved', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 100_000 }), (sale, deliveredMl) => {
      fc.pre(sale.totaliserMl !== null)
      const later = Millilitres.parse((sale.totaliserMl ?? 0) + deliveredMl)
      expect(saleIdOf({ ...sale, totaliserMl: later })).not.toBe(saleIdOf(sale))
    }),
  )
})
