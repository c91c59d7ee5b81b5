import { type Rate, rateOf } from './bounds.ts'
import type { Outcome } from './score.ts'

/** Reads whose confidence lies from `from` up to, not including, `to` (the last bin includes it). */
export type Bin = {
  readonly from: number
  readonly to: number
  /** Mean confidence; null for an empty bin. */
  readonly confidence: number | null
  /** How many of them are a label of their picture. */
  readonly right: Rate
}

export type Reliability = {
  readonly bins: readonly Bin[]
  /** Mean distance of confidence and share right over the bins, weighted by reads; null without reads. */
  readonly expectedError: number | null
}

/** Narrow where money is decided: most reads are above 0.9, and the threshold is there. */
const edges = [
  0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1,
] as const

/** Whether confidences mean what they say, over every read of every picture. */
export function reliabilityOf(outcomes: readonly Outcome[]): Reliability {
  const reads = outcomes.flatMap(({ label, reads: all }) =>
    all.map(({ plate, confidence }) => ({
      confidence,
      isRight: label.plates.some(({ text }) => text === plate),
    })),
  )
  const bins = edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? 1
    const isIn = (value: number) => value >= from && (value < to || to === 1)
    return binOf(
      { from, to },
      reads.filter(({ confidence }) => isIn(confidence)),
    )
  })
  const errors = bins.map(({ confidence, right }) =>
    confidence === null ? 0 : right.total * Math.abs(confidence - (right.share ?? 0)),
  )
  const expectedError =
    reads.length === 0 ? null : errors.reduce((sum, each) => sum + each, 0) / reads.length
  return { bins, expectedError }
}

function binOf(
  range: { readonly from: number; readonly to: number },
  reads: readonly { readonly confidence: number; readonly isRight: boolean }[],
): Bin {
  const sum = reads.reduce((total, { confidence }) => total + confidence, 0)
  return {
    ...range,
    confidence: reads.length === 0 ? null : sum / reads.length,
    right: rateOf(reads.filter(({ isRight }) => isRight).length, reads.length),
  }
}
