import { z } from 'zod'

/** Whole millilitres at ambient temperature, as the pump's meter shows them. Never litres. */
export const Millilitres = z.number().int().nonnegative().brand<'Millilitres'>()
export type Millilitres = z.infer<typeof Millilitres>

/** Whole fen; 100 fen are 1 yuan. Money is never a fraction, so it is never a float. */
export const Fen = z.number().int().brand<'Fen'>()
export type Fen = z.infer<typeof Fen>

/** A unit price in whole fen a litre. A nozzle in service never sells for nothing. */
export const FenPerLitre = z.number().int().positive().max(65_535).brand<'FenPerLitre'>()
export type FenPerLitre = z.infer<typeof FenPerLitre>

/**
 * What a volume costs, rounded half up to the fen as the pump's own display rounds.
 *
 * Exact while `volumeMl * fenPerLitre` stays under 2^53: at 10 yuan a litre that is nine
 * billion litres, so no delivery a forecourt can make comes near it.
 */
export function priceOf(volumeMl: Millilitres, fenPerLitre: FenPerLitre): Fen {
  return Fen.parse(Math.floor((volumeMl * fenPerLitre + 500) / 1000))
}

/**
 * How far a controller's amount lies from its own volume × price, in fen, never negative.
 * The amount is what the driver pays whatever this says: it only raises an alarm.
 */
export function amountDeviationFen(sale: {
  readonly volumeMl: Millilitres
  readonly unitPriceFenPerLitre: FenPerLitre
  readonly amountFen: Fen
}): Fen {
  return Fen.parse(Math.abs(priceOf(sale.volumeMl, sale.unitPriceFenPerLitre) - sale.amountFen))
}

/**
 * The largest deviation that rounding alone explains: a controller may meter 10 ml steps
 * (JJG 443-2023 asks for no more than the minimum payment variable, which is that step's price),
 * plus one fen of rounding.
 */
export function amountToleranceFen(unitPriceFenPerLitre: FenPerLitre): Fen {
  return Fen.parse(Math.ceil(unitPriceFenPerLitre / 100) + 1)
}

/** Fen as people read them: `315.60`. For pages and receipts; never parsed back. */
export function toYuanText(amountFen: Fen | number): string {
  const sign = amountFen < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(amountFen) / 100)
  const cents = String(Math.abs(amountFen) % 100).padStart(2, '0')
  return `${sign}${whole}.${cents}`
}
