import type { Audit, BookedCharge, RecordedRefuel } from './evidence.ts'
import type { Finding } from './judge.ts'

/**
 * Compares the provider's book with the ledger, contract by contract: money the provider took
 * must stand in the ledger, once. A refuel that is still undecided may explain one charge that
 * the ledger does not know yet; nothing else may.
 */
export function auditBook(audit: Audit): readonly Finding[] {
  return [...audit.contracts].flatMap(([memberId, contractId]) => {
    const own = (refuel: RecordedRefuel) => refuel.memberId === memberId
    return auditContract(contractId, {
      taken: audit.book.filter((charge) => charge.contractId === contractId),
      before: audit.before.filter(own),
      after: audit.after.filter(own),
    })
  })
}

type Account = {
  readonly taken: readonly BookedCharge[]
  readonly before: readonly RecordedRefuel[]
  readonly after: readonly RecordedRefuel[]
}

function auditContract(subject: string, { taken, before, after }: Account): readonly Finding[] {
  const open = after.filter((refuel) => refuel.ending === 'pending' || refuel.ending === null)
  const charges = sum(after.map((refuel) => refuel.charges))
  const takenTimes = sum(taken.map((charge) => charge.takenTimes))
  const surplus = takenTimes - charges - open.length
  if (surplus > 0) {
    const detail = `provider took money ${takenTimes} times, ledger knows ${charges}`
    return Array.from({ length: surplus }, () => ({ law: 'doubleCharged', subject, detail }))
  }
  const takenFen = sum(taken.map((charge) => charge.takenFen))
  const leastFen = sum(before.map((refuel) => refuel.chargedFen))
  const mostFen =
    sum(after.map((refuel) => refuel.chargedFen)) + sum(open.map((refuel) => refuel.amountFen))
  if (takenFen >= leastFen && takenFen <= mostFen) return []
  const detail = `provider took ${takenFen} fen, ledger says ${leastFen} to ${mostFen}`
  return [{ law: 'wrongAmount', subject, detail }]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
