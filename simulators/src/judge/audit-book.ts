import type { BookedCharge, Evidence, RecordedRefuel } from './evidence.ts'
import type { Finding } from './judge.ts'

/**
 * Compares the provider's book with the ledger, contract by contract: money the provider took
 * must stand in the ledger, once. A pending refuel may explain one charge that the ledger does
 * not know yet; nothing else may.
 */
export function auditBook(evidence: Evidence): readonly Finding[] {
  return [...evidence.contracts].flatMap(([memberId, contractId]) =>
    auditContract(contractId, {
      taken: evidence.book.filter((charge) => charge.contractId === contractId),
      refuels: evidence.refuels.filter((refuel) => refuel.memberId === memberId),
    }),
  )
}

function auditContract(
  subject: string,
  account: { readonly taken: readonly BookedCharge[]; readonly refuels: readonly RecordedRefuel[] },
): readonly Finding[] {
  const { taken, refuels } = account
  const charges = sum(refuels.map((refuel) => refuel.charges))
  const open = refuels.filter((refuel) => refuel.ending === 'pending' || refuel.ending === null)
  const takenTimes = sum(taken.map((charge) => charge.takenTimes))
  const surplus = takenTimes - charges - open.length
  if (surplus > 0) {
    const detail = `provider took money ${takenTimes} times, ledger knows ${charges}`
    return Array.from({ length: surplus }, () => ({ law: 'doubleCharged', subject, detail }))
  }
  const takenFen = sum(taken.map((charge) => charge.takenFen))
  const chargedFen = sum(refuels.map((refuel) => refuel.chargedFen))
  const openFen = sum(open.map((refuel) => refuel.amountFen))
  if (takenFen >= chargedFen && takenFen <= chargedFen + openFen) return []
  const detail = `provider took ${takenFen} fen, ledger says ${chargedFen}`
  return [{ law: 'wrongAmount', subject, detail }]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
