import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  amountDeviationFen,
  amountToleranceFen,
  Fen,
  FenPerLitre,
  Millilitres,
  priceOf,
} from '../src/index.ts'

const volumeMl = fc.nat({ max: 2_000_000 }).map((ml) => Millilitres.parse(ml))
const price = fc.integer({ min: 1, max: 65_535 }).map((fen) => FenPerLitre.parse(fen))

test('a price never falls as volume grows, and lies within half a fen of the exact product', () => {
  fc.assert(
    fc.property(volumeMl, volumeMl, price, (a, b, fenPerLitre) => {
      const [less, more] = a < b ? [a, b] : [b, a]
      expect(priceOf(less, fenPerLitre)).toBeLessThanOrEqual(priceOf(more, fenPerLitre))
      expect(Math.abs(priceOf(a, fenPerLitre) * 1000 - a * fenPerLitre)).toBeLessThanOrEqual(500)
    }),
  )
})

test('a controller that meters in 10 ml steps stays within tolerance', () => {
  fc.assert(
    fc.property(volumeMl, price, (volume, unitPriceFenPerLitre) => {
      const shown = Millilitres.parse(Math.round(volume / 10) * 10)
      const amountFen = Fen.parse(priceOf(volume, unitPriceFenPerLitre))
      const sale = { volumeMl: shown, unitPriceFenPerLitre, amountFen }
      expect(amountDeviationFen(sale)).toBeLessThanOrEqual(amountToleranceFen(unitPriceFenPerLitre))
    }),
  )
})
