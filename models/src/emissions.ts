import { shapes } from './plate-lattice.ts'

/**
 * What a recogniser saw: for every time step the natural logarithm of each shape's probability,
 * then of the blank's, row by row. The blank stands for everything that is no character of a
 * plate: gaps, the dot, rivets.
 */
export type Emissions = { readonly steps: number; readonly log: Float64Array }

/** Columns of a row of emissions: the shapes, then the blank. */
export const emissionColumns = shapes.length + 1
export const blankColumn = shapes.length

export function logAt(emissions: Emissions, step: number, column: number): number {
  return emissions.log[step * emissionColumns + column] ?? Number.NEGATIVE_INFINITY
}

/**
 * Logarithm of the probability of a text, given as shapes, summed over all its alignments (the
 * CTC forward sum): how well it explains everything that was seen. −∞ when it cannot.
 */
export function massOf(emissions: Emissions, text: readonly number[]): number {
  const labels = [blankColumn, ...text.flatMap((shape) => [shape, blankColumn])]
  let forward: readonly number[] = labels.map((_, i) => (i === 0 ? 0 : Number.NEGATIVE_INFINITY))
  for (let step = 0; step < emissions.steps; step++) {
    const before = forward
    forward = labels.map(
      (label, i) => logSum(arrivals(before, labels, i)) + logAt(emissions, step, label),
    )
  }
  return logSum(forward.slice(-2))
}

/** Where a label may be reached from: itself, the one before, and over a blank unless it repeats. */
function arrivals(before: readonly number[], labels: readonly number[], i: number): number[] {
  const from = before.slice(Math.max(0, i - 1), i + 1)
  const mayLeap = labels[i] !== blankColumn && labels[i] !== labels[i - 2]
  return mayLeap && i >= 2 ? [...from, before[i - 2] ?? Number.NEGATIVE_INFINITY] : from
}

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs)
  if (most === Number.NEGATIVE_INFINITY) return most
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
}
