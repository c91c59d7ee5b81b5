import { type EndReason, FenPerLitre, Millilitres, priceOf } from '@forecourt/contracts'
import type { PumpModel } from './pump-model.ts'

/** What the display can show, so what one delivery can be: 999.99 l. */
export const deliveryMlMax = 999_990
/** The meter's smallest step, as on pumps that show hundredths of a litre. */
export const meterStepMl = 10
/** What the display shows: whole meter steps. */
export function volumeMlOf(pump: PumpModel): number {
  return Math.floor(pump.meteredUl / (meterStepMl * 1_000)) * meterStepMl
}

/** What the display asks for, rounded half up to the fen. */
export function amountFenOf(pump: PumpModel): number {
  return amountAt(volumeMlOf(pump), pump.unitPriceFenPerLitre)
}

/** Where the pump itself ends this delivery, and why. */
export function boundOf(pump: PumpModel): { readonly ul: number; readonly reason: EndReason } {
  const presetMl = presetLimitMl(pump)
  if (presetMl !== null && presetMl <= deliveryMlMax)
    return { ul: presetMl * 1_000, reason: 'preset' }
  return { ul: deliveryMlMax * 1_000, reason: 'limit' }
}

/** The largest whole meter step that does not go over the preset. */
function presetLimitMl(pump: PumpModel): number | null {
  const { preset } = pump
  if (preset === null) return null
  if (preset.by === 'volume') return Math.floor(preset.volumeMl / meterStepMl) * meterStepMl
  const price = pump.unitPriceFenPerLitre
  // Rounding can put the exact quotient one step too low or too high; so go down from above.
  let ml = (Math.floor((preset.amountFen * 1_000) / price / meterStepMl) + 1) * meterStepMl
  while (ml > 0 && amountAt(ml, price) > preset.amountFen) ml -= meterStepMl
  return ml
}

/** How much may still flow before the tank, the preset or the limit ends it. */
export function remainingUl(pump: PumpModel): number {
  const targetMl = pump.trigger?.targetMl ?? null
  const bound = boundOf(pump).ul
  const target = targetMl === null ? bound : Math.min(bound, targetMl * 1_000)
  return Math.max(0, target - pump.meteredUl)
}

function amountAt(volumeMl: number, price: number): number {
  return priceOf(Millilitres.parse(volumeMl), FenPerLitre.parse(price))
}
