import {
  Ending,
  EndingReason,
  Fen,
  FuellingPoint,
  Grade,
  Instant,
  MemberId,
  Millilitres,
} from '@forecourt/contracts'
import { z } from 'zod'

/** A finished delivery as the pump counted it, and whose car stood there: the truth. */
export type WitnessedDelivery = {
  readonly controllerId: string
  readonly fuellingPoint: number
  readonly nozzle: number
  readonly volumeMl: number
  readonly unitPriceFenPerLitre: number
  readonly amountFen: number
  readonly transactionNumber: number
  readonly totaliserMl: number
  readonly hungUpAt: string
  /** The member whose car was filled; null for a stranger. */
  readonly memberId: string | null
}

/** One refuel as the cloud tells it (`GET /v1/refuels`). `charges` and `chargedFen` are the ledger's. */
export const RecordedRefuel = z.object({
  refuelId: z.string(),
  saleId: z.string(),
  /** Counts up as the cloud accepts sales. */
  saleCursor: z.number().int(),
  stationId: z.string(),
  fuellingPoint: FuellingPoint,
  grade: Grade,
  volumeMl: Millilitres,
  unitPriceFenPerLitre: z.number().int(),
  amountFen: Fen,
  plate: z.string().nullable(),
  memberId: MemberId.nullable(),
  ending: Ending.nullable(),
  reason: EndingReason.nullable(),
  chargedFen: Fen,
  charges: z.number().int().nonnegative(),
  receiptNumber: z.string().nullable(),
  endedAt: Instant,
  decidedAt: Instant.nullable(),
  origin: z.enum(['witnessed', 'recovered']),
})
export type RecordedRefuel = z.infer<typeof RecordedRefuel>

/** One entry of the payment provider's own book (`GET /control/charges` of the sandbox). */
export type BookedCharge = {
  readonly outTradeNo: string
  readonly contractId: string
  /** How often money left the member's account for it. */
  readonly takenTimes: number
  readonly takenFen: number
}

export type Evidence = {
  readonly deliveries: readonly WitnessedDelivery[]
  /** What the cloud recorded of them. */
  readonly refuels: readonly RecordedRefuel[]
  readonly audit: Audit
}

/** The provider's whole book against the station's whole ledger. */
export type Audit = {
  readonly book: readonly BookedCharge[]
  /** The station's refuels as the cloud told them before the book was read … */
  readonly before: readonly RecordedRefuel[]
  /** … and after. A station at work goes on in between; the truth lies between the two. */
  readonly after: readonly RecordedRefuel[]
  /** Which member pays by which contract at the provider. */
  readonly contracts: ReadonlyMap<string, string>
}
