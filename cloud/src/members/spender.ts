import type { Spender } from '../risk/index.ts'
import type { Member, Vehicle } from './members.repo.ts'

/** What risk needs to know of a member and the matched car. */
export function toSpender(
  member: Member,
  vehicle: Vehicle | null,
  spentTodayFen: number,
  gateways: ReadonlySet<string>,
): Spender {
  const { status, paymentMethod } = member
  return {
    status,
    hasPaymentMethod: paymentMethod !== null && gateways.has(paymentMethod.kind),
    spentTodayFen,
    tankCapacityMl: vehicle?.tankCapacityMl ?? null,
    grades: vehicle?.grades ?? null,
  }
}
