import { saleIdOf } from '@forecourt/contracts'
import { auditBook } from './audit-book.ts'
import type { Evidence, RecordedRefuel, WitnessedDelivery } from './evidence.ts'

/** The promises, as laws that a run of the whole either kept or broke. */
export type Law = 'lost' | 'doubleCharged' | 'wrongAmount' | 'wrongMember' | 'invented'

export type Finding = {
  readonly law: Law
  /** The sale, or the provider's contract, that shows it. */
  readonly subject: string
  readonly detail: string
}

/**
 * What a run came to. `refuels` counts the pumps' deliveries; the laws count broken promises:
 * `lost` a delivery without a record · `doubleCharged` charges beyond the first · `wrongAmount`
 * figures or money that are not the controller's · `wrongMember` charged to somebody else ·
 * `invented` a record without a delivery.
 */
export type Verdict = Readonly<Record<Law, number>> & {
  readonly refuels: number
  readonly charged: number
  readonly payable: number
  readonly pending: number
  readonly recovered: number
  /** How often each reason was given for a refuel that was not charged. */
  readonly reasons: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

/** Compares what the pumps measured with what the cloud recorded and the provider took. Pure. */
export function judge(evidence: Evidence): Verdict {
  const recordsOf = recordsBySale(evidence.refuels)
  const matched = evidence.deliveries.map((delivery) => ({
    delivery,
    records: saleIdsOf(delivery).flatMap((saleId) => recordsOf.get(saleId) ?? []),
  }))
  const known = new Set(matched.flatMap(({ records }) => records))
  const findings = [
    ...matched.flatMap(({ delivery, records }) => judgeDelivery(delivery, records)),
    ...evidence.refuels.filter((refuel) => !known.has(refuel)).map(invented),
    ...auditBook(evidence.audit),
  ]
  const endings = matched.map(({ records }) => records[0]?.ending ?? null)
  return {
    refuels: evidence.deliveries.length,
    charged: endings.filter((ending) => ending === 'charged').length,
    payable: endings.filter((ending) => ending === 'payable').length,
    pending: endings.filter((ending) => ending === 'pending').length,
    recovered: endings.filter((ending) => ending === 'recovered').length,
    lost: countOf(findings, 'lost'),
    doubleCharged: countOf(findings, 'doubleCharged'),
    wrongAmount: countOf(findings, 'wrongAmount'),
    wrongMember: countOf(findings, 'wrongMember'),
    invented: countOf(findings, 'invented'),
    reasons: countReasons(matched.flatMap(({ records }) => records.slice(0, 1))),
    findings,
  }
}

/** True when every promise was kept. */
export function isClean(verdict: Verdict): boolean {
  return verdict.findings.length === 0
}

/**
 * The sale ids a delivery can be known by. Controllers without a transaction number (Compac)
 * leave it out; the totaliser, which only ever rises, still makes each one unique.
 */
export function saleIdsOf(delivery: WitnessedDelivery): readonly string[] {
  const { controllerId, fuellingPoint, nozzle, transactionNumber } = delivery
  const place = { controllerId, fuellingPoint, nozzle, startedAt: null }
  const totaliserMl = delivery.totaliserMl as Parameters<typeof saleIdOf>[0]['totaliserMl']
  return [transactionNumber, null].map((number) =>
    saleIdOf({ ...place, totaliserMl, transactionNumber: number }),
  )
}

function recordsBySale(refuels: readonly RecordedRefuel[]): ReadonlyMap<string, RecordedRefuel[]> {
  return Map.groupBy(refuels, (refuel) => refuel.saleId)
}

function judgeDelivery(
  delivery: WitnessedDelivery,
  records: readonly RecordedRefuel[],
): readonly Finding[] {
  const subject = saleIdsOf(delivery)[0] ?? ''
  if (records.length === 0) {
    return [{ law: 'lost', subject, detail: `${delivery.volumeMl} ml without a record` }]
  }
  return [
    ...surplusCharges(records, subject),
    ...records.flatMap((record) => judgeAmounts(delivery, record)),
    ...records.flatMap((record) => judgeMember(delivery, record)),
  ]
}

function surplusCharges(records: readonly RecordedRefuel[], subject: string): readonly Finding[] {
  const charges = records.reduce((sum, record) => sum + record.charges, 0)
  const detail = `charged ${charges} times`
  return Array.from({ length: Math.max(0, charges - 1) }, () => ({
    law: 'doubleCharged' as const,
    subject,
    detail,
  }))
}

/** The controller's figures, verbatim; and money moved exactly when and as much as they say. */
function judgeAmounts(delivery: WitnessedDelivery, record: RecordedRefuel): readonly Finding[] {
  const wrong = [
    ...(['volumeMl', 'unitPriceFenPerLitre', 'amountFen'] as const)
      .filter((field) => delivery[field] !== record[field])
      .map((field) => `${field}: pump ${delivery[field]}, record ${record[field]}`),
    ...wrongMoney(delivery, record),
  ]
  return wrong.map((detail) => ({ law: 'wrongAmount', subject: record.saleId, detail }))
}

function wrongMoney(delivery: WitnessedDelivery, record: RecordedRefuel): readonly string[] {
  switch (record.ending) {
    case 'charged': {
      const due = delivery.amountFen * Math.max(1, record.charges)
      if (record.chargedFen === due) return []
      return [`charged ${record.chargedFen} fen, due ${due}`]
    }
    case 'payable':
    case 'pending':
    case 'cancelled':
    case 'recovered':
    case null:
      if (record.chargedFen === 0) return []
      return [`charged ${record.chargedFen} fen, but ended ${record.ending ?? 'nowhere'}`]
    // Money went there and back; the ledger's own invariants cover the way back.
    case 'cleared_elsewhere':
    case 'refunded':
      return []
  }
}

function judgeMember(delivery: WitnessedDelivery, record: RecordedRefuel): readonly Finding[] {
  const paid = record.charges > 0 || record.ending === 'charged' || record.ending === 'pending'
  if (!paid || record.memberId === delivery.memberId) return []
  const detail = `${record.memberId ?? 'nobody'} paid for ${delivery.memberId ?? 'a stranger'}`
  return [{ law: 'wrongMember', subject: record.saleId, detail }]
}

function invented(refuel: RecordedRefuel): Finding {
  const detail = `${refuel.volumeMl} ml that no pump delivered`
  return { law: 'invented', subject: refuel.saleId, detail }
}

function countOf(findings: readonly Finding[], law: Law): number {
  return findings.filter((finding) => finding.law === law).length
}

function countReasons(records: readonly RecordedRefuel[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(
    records.filter((record) => record.reason !== null),
    (record) => record.reason ?? '',
  )
  return Object.fromEntries([...groups].map(([reason, group]) => [reason, group.length]))
}
