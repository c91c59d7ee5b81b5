import { z } from 'zod'
import { ControllerId, FuellingPoint, Grade, Instant } from './ids.ts'
import { ControllerSale } from './pump.ts'

/** What the controller measured, with where and when. The amount is the controller's own. */
export const Sale = ControllerSale.extend({
  saleId: z.string().min(1).max(96),
  controllerId: ControllerId,
  fuellingPoint: FuellingPoint,
  grade: Grade,
  /** When the nozzle was lifted; null when nobody saw it (recovered after a power cut). */
  startedAt: Instant.nullable(),
  endedAt: Instant,
})
export type Sale = z.infer<typeof Sale>

/**
 * The identity of a sale, the same however often it is read and whoever reads it.
 *
 * A controller's transaction number is 16-bit and wraps, so it needs a companion. The volume
 * totaliser after the sale never runs backwards and survives any restart of ours, so it comes
 * first; the start time, which is our clock's, only serves controllers without a totaliser.
 */
export function saleIdOf(
  sale: Pick<
    Sale,
    'controllerId' | 'fuellingPoint' | 'nozzle' | 'transactionNumber' | 'totaliserMl' | 'startedAt'
  >,
): string {
  const { controllerId, fuellingPoint, nozzle, transactionNumber, totaliserMl, startedAt } = sale
  const companion = totaliserMl === null ? `s${startedAt ?? 'unseen'}` : `t${totaliserMl}`
  return [controllerId, fuellingPoint, nozzle, transactionNumber ?? '-', companion].join('/')
}

/**
 * Whether a sale's id tells it from every other. Without a totaliser and without a witnessed
 * start only the number is left, which wraps (or is not counted at all): the same id may then
 * be another sale, and whoever meets it twice must tell a person instead of dropping one.
 */
export function isUnmistakable(sale: Pick<Sale, 'totaliserMl' | 'startedAt'>): boolean {
  return sale.totaliserMl !== null || sale.startedAt !== null
}
