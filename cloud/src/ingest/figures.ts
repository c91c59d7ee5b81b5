import type { Sale } from '@forecourt/contracts'

/**
 * What a controller measured, as one text to compare. Without the times: a sale found again after
 * a power cut is the same sale, though nobody saw when it began.
 */
export function figuresOf(sale: Sale): string {
  return JSON.stringify([
    sale.controllerId,
    sale.fuellingPoint,
    sale.nozzle,
    sale.grade,
    sale.transactionNumber,
    sale.volumeMl,
    sale.unitPriceFenPerLitre,
    sale.amountFen,
    sale.totaliserMl,
  ])
}
