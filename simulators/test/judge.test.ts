import { Fen, Millilitres } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Audit,
  type BookedCharge,
  type Evidence,
  isClean,
  judge as judgeEvidence,
  type RecordedRefuel,
  saleIdsOf,
  type Verdict,
  type WitnessedDelivery,
} from '../src/judge/index.ts'

const memberNames = ['wang', 'li', 'zhao'] as const
const contracts = new Map([
  ['wang', 'contract-wang'],
  ['li', 'contract-li'],
])

/** A perfect run: every delivery recorded and charged as it should be, every contract booked once. */
const perfectRun = fc
  .array(
    fc.record({
      volumeMl: fc.integer({ min: 10, max: 80_000 }),
      amountFen: fc.integer({ min: 1, max: 80_000 }),
      memberId: fc.constantFrom(...memberNames, null),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((fills) => run(fills.map((fill, index) => delivery(fill, index))))

function delivery(
  fill: Pick<WitnessedDelivery, 'volumeMl' | 'amountFen' | 'memberId'>,
  index: number,
): WitnessedDelivery {
  return {
    ...fill,
    controllerId: 'pump-a',
    fuellingPoint: (index % 4) + 1,
    nozzle: 1,
    unitPriceFenPerLitre: 789,
    transactionNumber: index,
    totaliserMl: 1_000_000 + index,
    hungUpAt: '2026-11-23T00:00:00Z',
  }
}

function recordOf(truth: WitnessedDelivery, index: number): RecordedRefuel {
  const isStranger = truth.memberId === null
  return {
    refuelId: `refuel-${index}`,
    // Every other record comes from a controller without transaction numbers.
    saleId: saleIdsOf(truth)[index % 2] ?? '',
    saleCursor: index + 1,
    stationId: 'demo-1',
    fuellingPoint: truth.fuellingPoint,
    grade: '92',
    volumeMl: Millilitres.parse(truth.volumeMl),
    unitPriceFenPerLitre: truth.unitPriceFenPerLitre,
    amountFen: Fen.parse(truth.amountFen),
    plate: null,
    memberId: truth.memberId,
    ending: isStranger ? 'payable' : 'charged',
    reason: isStranger ? 'plate_unknown' : null,
    chargedFen: Fen.parse(isStranger ? 0 : truth.amountFen),
    charges: isStranger ? 0 : 1,
    receiptNumber: null,
    endedAt: '2026-11-23T00:00:00Z',
    decidedAt: null,
    origin: 'witnessed',
  }
}

function booked(truth: WitnessedDelivery, index: number): readonly BookedCharge[] {
  const contractId = contracts.get(truth.memberId ?? '')
  if (contractId === undefined) return []
  return [{ outTradeNo: `t${index}`, contractId, takenTimes: 1, takenFen: truth.amountFen }]
}

/** A run and the provider's book; the audit looks at the same refuels as the judge. */
type Run = Pick<Evidence, 'deliveries' | 'refuels'> & Pick<Audit, 'book' | 'contracts'>

function run(deliveries: readonly WitnessedDelivery[]): Run {
  return {
    deliveries,
    refuels: deliveries.map(recordOf),
    book: deliveries.flatMap(booked),
    contracts,
  }
}

function judge({ deliveries, refuels, book, contracts: own }: Run): Verdict {
  const audit = { book, contracts: own, before: refuels, after: refuels }
  return judgeEvidence({ deliveries, refuels, audit })
}

/** Replaces the record at `at` (counted round), whatever it is. */
function spoil(
  evidence: Run,
  at: number,
  change: (record: RecordedRefuel) => readonly RecordedRefuel[],
): Run {
  const index = at % evidence.refuels.length
  const refuels = evidence.refuels.flatMap((record, i) => (i === index ? change(record) : [record]))
  return { ...evidence, refuels }
}

const place = fc.nat({ max: 11 })

describe('the judge', () => {
  test('finds nothing in a perfect run, and counts it whole', () => {
    fc.assert(
      fc.property(perfectRun, (evidence) => {
        const verdict = judge(evidence)
        expect(verdict.findings).toEqual([])
        expect(isClean(verdict)).toBe(true)
        expect(verdict.charged + verdict.payable).toBe(evidence.deliveries.length)
        expect(Object.values(verdict.reasons).reduce((a, b) => a + b, 0)).toBe(verdict.payable)
      }),
    )
  })

  test('does not mind the order of the evidence', () => {
    fc.assert(
      fc.property(perfectRun, (evidence) => {
        const turned = {
          ...evidence,
          refuels: evidence.refuels.toReversed(),
          book: evidence.book.toReversed(),
        }
        expect({ ...judge(turned), findings: [] }).toEqual({ ...judge(evidence), findings: [] })
      }),
    )
  })

  test('finds a delivery without a record', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil({ ...evidence, book: [], contracts: new Map() }, at, () => [])
        expect(judge(spoiled).lost).toBe(1)
      }),
    )
  })

  test('finds a second charge within one record', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil(evidence, at, (record) => [
          { ...record, ending: 'charged', charges: 2, chargedFen: Fen.parse(record.amountFen * 2) },
        ])
        expect(judge(spoiled).doubleCharged).toBe(1)
      }),
    )
  })

  test('finds one delivery charged under two records', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil(evidence, at, (record) => {
          const paid = {
            ...record,
            ending: 'charged' as const,
            charges: 1,
            chargedFen: record.amountFen,
          }
          return [paid, { ...paid, refuelId: 'again' }]
        })
        expect(judge(spoiled).doubleCharged).toBe(1)
      }),
    )
  })

  test('finds a charge in the provider’s book that the ledger does not know', () => {
    fc.assert(
      fc.property(perfectRun, (evidence) => {
        const extra: BookedCharge = {
          outTradeNo: 'extra',
          contractId: 'contract-li',
          takenTimes: 1,
          takenFen: 5,
        }
        expect(judge({ ...evidence, book: [...evidence.book, extra] }).doubleCharged).toBe(1)
      }),
    )
  })

  test('finds one charge for which the provider took money twice', () => {
    const evidence = run([delivery({ volumeMl: 100, amountFen: 79, memberId: 'li' }, 0)])
    const book = evidence.book.map((charge) => ({ ...charge, takenTimes: 2, takenFen: 158 }))
    expect(judge({ ...evidence, book }).doubleCharged).toBe(1)
  })

  test('finds money in the ledger that the provider never took', () => {
    const evidence = run([delivery({ volumeMl: 100, amountFen: 79, memberId: 'li' }, 0)])
    expect(judge({ ...evidence, book: [] }).wrongAmount).toBe(1)
  })

  test.each(['volumeMl', 'amountFen', 'unitPriceFenPerLitre'] as const)(
    'finds a record whose %s is not the pump’s',
    (field) => {
      fc.assert(
        fc.property(perfectRun, place, (evidence, at) => {
          const spoiled = spoil(evidence, at, (record) => [
            { ...record, [field]: record[field] + 1 },
          ])
          expect(judge(spoiled).wrongAmount).toBeGreaterThanOrEqual(1)
        }),
      )
    },
  )

  test('finds money moved for a refuel that is still to be paid at the kiosk', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil({ ...evidence, contracts: new Map() }, at, (record) => [
          { ...record, ending: 'payable', charges: 1, chargedFen: record.amountFen },
        ])
        expect(judge(spoiled).wrongAmount).toBe(1)
      }),
    )
  })

  test('finds a refuel called charged for which no money moved', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil({ ...evidence, contracts: new Map() }, at, (record) => [
          { ...record, ending: 'charged', charges: 0, chargedFen: Fen.parse(0) },
        ])
        expect(judge(spoiled).wrongAmount).toBe(1)
      }),
    )
  })

  test('finds a charge to somebody else, a stranger’s fuel included', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil({ ...evidence, contracts: new Map() }, at, (record) => [
          {
            ...record,
            memberId: 'somebody-else',
            ending: 'charged',
            charges: 1,
            chargedFen: record.amountFen,
          },
        ])
        expect(judge(spoiled).wrongMember).toBe(1)
      }),
    )
  })

  test('finds a record of fuel that no pump delivered', () => {
    fc.assert(
      fc.property(perfectRun, place, (evidence, at) => {
        const spoiled = spoil(evidence, at, (record) => [
          record,
          {
            ...record,
            saleId: 'pump-z/1/1/-/t1',
            memberId: null,
            charges: 0,
            chargedFen: Fen.parse(0),
          },
        ])
        expect(judge(spoiled).invented).toBe(1)
      }),
    )
  })

  test('lets a pending refuel explain one charge the ledger does not know yet, and no second', () => {
    const evidence = run([delivery({ volumeMl: 100, amountFen: 79, memberId: 'li' }, 0)])
    const pending = spoil(evidence, 0, (record) => [
      { ...record, ending: 'pending', charges: 0, chargedFen: Fen.parse(0) },
    ])
    expect(judge(pending).findings).toEqual([])
    const [first] = pending.book
    const twice = {
      ...pending,
      book: first === undefined ? [] : [first, { ...first, outTradeNo: 'b' }],
    }
    expect(judge(twice).doubleCharged).toBe(1)
  })

  test('does not blame a charge that came between two looks, whichever look knows it', () => {
    const evidence = run([delivery({ volumeMl: 100, amountFen: 79, memberId: 'li' }, 0)])
    const { deliveries, refuels, book } = evidence
    const late = { before: [], book, after: refuels, contracts }
    expect(judgeEvidence({ deliveries, refuels, audit: late }).findings).toEqual([])
    const later = { before: [], book: [], after: refuels, contracts }
    expect(judgeEvidence({ deliveries, refuels, audit: later }).findings).toEqual([])
    const missing = { before: refuels, book: [], after: refuels, contracts }
    expect(judgeEvidence({ deliveries, refuels, audit: missing }).wrongAmount).toBe(1)
  })
})
