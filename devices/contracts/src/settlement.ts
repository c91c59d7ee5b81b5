import { z } from 'zod'
import { Instant, RefuelId, StationId, VehicleId } from './ids.ts'
import { Fen } from './units.ts'

/** How a refuel ended. Every visit ends in exactly one of them; `pending` turns into another. */
export const Ending = z.enum([
  'charged',
  'payable',
  'pending',
  'cancelled',
  'recovered',
  'cleared_elsewhere',
  'refunded',
])
export type Ending = z.infer<typeof Ending>

/** Why a refuel is not `charged`. Part of the API: add one, never rename one. */
export const EndingReason = z.enum([
  'no_plate',
  'plate_uncertain',
  'plate_unknown',
  'match_ambiguous',
  'amount_mismatch',
  'member_blocked',
  'member_overdue',
  'risk_limit',
  'no_payment_method',
  'insufficient_funds',
  'provider_refused',
  'provider_unknown',
  'recovered_sale',
  'sale_conflict',
])
export type EndingReason = z.infer<typeof EndingReason>

/** The cloud's word on one refuel, back to its station. A later one replaces an earlier. */
export const Settlement = z.strictObject({
  /** Counts up per station; the station asks for what comes after the last it stored. */
  cursor: z.number().int().positive(),
  stationId: StationId,
  refuelId: RefuelId,
  saleId: z.string().max(96),
  ending: Ending,
  reason: EndingReason.nullable(),
  amountFen: Fen,
  receiptNumber: z.string().max(32).nullable(),
  /** Masked for a screen anyone can see: 王**. */
  memberName: z.string().max(32).nullable(),
  /** The member's connected cars, which get the receipt over MQTT. */
  vehicleIds: z.array(VehicleId).max(8),
  decidedAt: Instant,
})
export type Settlement = z.infer<typeof Settlement>

/** What a car is told when its refuel is settled. */
export const VehicleReceipt = Settlement.pick({
  refuelId: true,
  ending: true,
  reason: true,
  amountFen: true,
  receiptNumber: true,
  decidedAt: true,
}).extend({ stationId: StationId })
export type VehicleReceipt = z.infer<typeof VehicleReceipt>
