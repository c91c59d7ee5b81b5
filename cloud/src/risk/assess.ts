import {
  amountDeviationFen,
  amountToleranceFen,
  type EndingReason,
  Fen,
  FenPerLitre,
  Millilitres,
} from '@forecourt/contracts'

/** What may be charged without asking anybody. */
export type RiskLimits = {
  readonly fillFenMax: number
  /** Per member and calendar day in +08:00. */
  readonly dayFenMax: number
}

export type Spender = {
  readonly status: 'active' | 'blocked' | 'overdue'
  readonly hasPaymentMethod: boolean
  /** Charged or about to be, today, without this sale. */
  readonly spentTodayFen: number
  readonly tankCapacityMl: number | null
  readonly grades: readonly string[] | null
}

export type MeasuredSale = {
  readonly volumeMl: number
  readonly unitPriceFenPerLitre: number
  readonly amountFen: number
  readonly grade: string
}

/** A full tank and its neck take a little more than the papers say; a meter's litre is not the car's. */
const tankToleranceShare = 1.1

/** Why a matched sale must not be charged by itself; null when it may. */
export function assess(
  sale: MeasuredSale,
  spender: Spender,
  limits: RiskLimits,
): EndingReason | null {
  if (isAmountOff(sale)) return 'amount_mismatch'
  const refusal = assessMember(spender, sale.grade)
  if (refusal !== null) return refusal
  if (overfills(sale.volumeMl, spender.tankCapacityMl)) return 'risk_limit'
  if (sale.amountFen > limitFor(spender, limits)) return 'risk_limit'
  return null
}

/**
 * What can be said of a member before any fuel has flowed; null when nothing speaks against it.
 * A grade the car cannot burn means that it is not this car, whatever its plate says.
 */
export function assessMember(spender: Spender, grade: string): EndingReason | null {
  if (spender.status === 'blocked') return 'member_blocked'
  if (spender.status === 'overdue') return 'member_overdue'
  if (!spender.hasPaymentMethod) return 'no_payment_method'
  if (spender.grades !== null && !spender.grades.includes(grade)) return 'risk_limit'
  return null
}

/** The most the next fill may cost, in fen; never negative. */
export function limitFor(spender: Spender, limits: RiskLimits): number {
  return Math.max(0, Math.min(limits.fillFenMax, limits.dayFenMax - spender.spentTodayFen))
}

function overfills(volumeMl: number, tankCapacityMl: number | null): boolean {
  return tankCapacityMl !== null && volumeMl > tankCapacityMl * tankToleranceShare
}

/** The controller's three figures do not fit: the amount stands, but a person must look first. */
export function isAmountOff(sale: MeasuredSale): boolean {
  const unitPriceFenPerLitre = FenPerLitre.parse(sale.unitPriceFenPerLitre)
  const deviationFen = amountDeviationFen({
    volumeMl: Millilitres.parse(sale.volumeMl),
    unitPriceFenPerLitre,
    amountFen: Fen.parse(sale.amountFen),
  })
  return deviationFen > amountToleranceFen(unitPriceFenPerLitre)
}
