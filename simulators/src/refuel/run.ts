import { setTimeout as sleep } from 'node:timers/promises'
import { toYuanText } from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Box } from '../box/index.ts'
import { judge, type RecordedRefuel, saleIdsOf, type Verdict } from '../judge/index.ts'
import { createForecourt, type Forecourt } from '../world/forecourt.ts'
import { contractsOf, gatherAudit } from '../world/gather-audit.ts'
import { isDecided, openRefuelBook, type RefuelBook } from '../world/refuel-book.ts'
import { type VisitOutcome, type VisitPlan, visit } from '../world/visit.ts'
import type { RunPlan } from './plan.ts'
import { percentile } from './timings.ts'

export type RunResult = {
  readonly verdict: Verdict
  readonly hangUpToChargedMs: { readonly p50: number; readonly p99: number }
}

/** A settlement that takes longer is no failure of the run: the judge looks again at the end. */
const settledWithinMs = 20_000
const endWithinMs = 30_000
const askEveryMs = 60

/** Drives every lane of the plan to its end, then lets the judge compare truth and records. */
export async function runPlan(
  deps: {
    readonly box: Box
    readonly timeScale: number
    readonly log: Logger
    readonly say: (line: string) => void
    readonly signal: AbortSignal
  },
  plan: RunPlan,
): Promise<RunResult> {
  const { box, signal } = deps
  const book = await openRefuelBook(box)
  const forecourt = createForecourt(deps)
  const chargedMs: number[] = []
  const asking = askAlways(book, signal)
  try {
    await Promise.all(
      plan.lanes.map(async (lane) => {
        for (const visitPlan of lane) {
          const took = await refuel({ ...deps, forecourt, book }, visitPlan)
          if (took !== null) chargedMs.push(took)
        }
      }),
    )
    await untilTrue(signal, endWithinMs, () => isAllDecided(forecourt, book))
  } finally {
    asking.stop()
    await forecourt.close()
  }
  const audit = await gatherAudit({ box, book, contracts: contractsOf(plan.members) })
  const deliveries = forecourt.witnessed()
  const verdict = judge({ deliveries, refuels: book.records(), audit })
  const hangUpToChargedMs = { p50: percentile(chargedMs, 0.5), p99: percentile(chargedMs, 0.99) }
  return { verdict, hangUpToChargedMs }
}

type Parts = Parameters<typeof runPlan>[0] & {
  readonly forecourt: Forecourt
  readonly book: RefuelBook
}

/** @returns How long after the hang-up it was charged, in ms; null when it was not. */
async function refuel(parts: Parts, plan: VisitPlan): Promise<number | null> {
  const { forecourt, say, signal } = parts
  const startedMs = performance.now()
  const tell = (step: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(6)
    say(`${seconds} s  FP${plan.fuellingPoint}  ${plan.plate.padEnd(8)}  ${step}`)
  }
  const outcome = await visit(parts, plan, {
    onStep: (step) => tell(step.replace('_', ' ')),
    signal,
  })
  if (outcome.kind === 'not_released') {
    tell('the pump was never released; hung up without fuel')
    forecourt.driveOff(plan.fuellingPoint)
    return null
  }
  tell(`${(outcome.volumeMl / 1_000).toFixed(2)} L  ¥${toYuanText(outcome.amountFen)}`)
  const record = await settled(parts, plan)
  await tellGatewaySteps(parts, record, startedMs)
  forecourt.driveOff(plan.fuellingPoint)
  return tellEnding(record, outcome, tell)
}

/** What the gateway noted of this visit, on the same clock. Only for people: a lost answer does no harm. */
async function tellGatewaySteps(
  { box, say }: Parts,
  record: RecordedRefuel | null,
  startedMs: number,
): Promise<void> {
  const station = await box.edgeApi.station().catch(() => null)
  const steps = station?.steps.filter((step) => step.refuelId === record?.refuelId) ?? []
  for (const { at, fuellingPoint, code, detail } of steps) {
    const afterMs = Date.parse(at) - performance.timeOrigin - startedMs
    const seconds = (afterMs / 1_000).toFixed(2).padStart(6)
    say(`${seconds} s  FP${fuellingPoint}    gateway   ${code.replaceAll('_', ' ')}  ${detail}`)
  }
}

function tellEnding(
  record: RecordedRefuel | null,
  outcome: VisitOutcome,
  tell: (step: string) => void,
): number | null {
  if (record === null) {
    tell(`no decision after ${settledWithinMs / 1_000} s; going on`)
    return null
  }
  const hungUpAt = performance.timeOrigin + outcome.hungUpAtMs
  const afterMs = Math.max(0, Math.round(Date.parse(record.decidedAt ?? '') - hungUpAt))
  const why = record.reason === null ? '' : ` (${record.reason})`
  const receipt = record.receiptNumber === null ? '' : `, receipt ${record.receiptNumber}`
  const read = record.plate === null ? 'no plate' : `plate ${record.plate}`
  tell(
    `${record.ending}${why} ¥${toYuanText(record.chargedFen)}, ${read}${receipt}, ${afterMs} ms after the hang-up`,
  )
  return record.ending === 'charged' ? afterMs : null
}

/** The record of the delivery that was just closed here, once it is decided. */
async function settled(
  { forecourt, book, signal }: Parts,
  plan: VisitPlan,
): Promise<RecordedRefuel | null> {
  const delivery = forecourt
    .witnessed()
    .findLast(({ fuellingPoint }) => fuellingPoint === plan.fuellingPoint)
  if (delivery === undefined) return null
  const saleIds = new Set(saleIdsOf(delivery))
  const find = () =>
    book.records().find((record) => saleIds.has(record.saleId) && isDecided(record)) ?? null
  await untilTrue(signal, settledWithinMs, () => find() !== null)
  return find()
}

function isAllDecided(forecourt: Forecourt, book: RefuelBook): boolean {
  const decided = new Set(
    book
      .records()
      .filter(isDecided)
      .map((record) => record.saleId),
  )
  return forecourt
    .witnessed()
    .every((delivery) => saleIdsOf(delivery).some((id) => decided.has(id)))
}

/** Keeps the book fresh for all lanes at once. A cloud that does not answer is asked again. */
function askAlways(book: RefuelBook, signal: AbortSignal): { stop(): void } {
  const stopped = new AbortController()
  const both = AbortSignal.any([signal, stopped.signal])
  const ask = async () => {
    while (!both.aborted) {
      // A failed call leaves the book as it was; the end of the run asks once more and would tell.
      await book.refresh().catch(() => undefined)
      await sleep(askEveryMs)
    }
  }
  void ask()
  return { stop: () => stopped.abort() }
}

async function untilTrue(
  signal: AbortSignal,
  withinMs: number,
  isTrue: () => boolean,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!isTrue() && performance.now() < deadlineMs) await sleep(askEveryMs, undefined, { signal })
}
