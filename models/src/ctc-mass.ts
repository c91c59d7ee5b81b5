import { blankClass } from './alphabet.ts'
import { type Emissions, logAt } from './emissions.ts'

/** Labels of the longest plate with a blank before, between and after its characters. */
const labelsMax = 2 * 8 + 1
/** Probability of having come to each label by now; one buffer for all calls, none at once. */
const forward = new Float64Array(labelsMax)

/**
 * Logarithm of the probability of a text, given as classes, summed over all its alignments (the
 * CTC forward sum, Graves et al., ICML 2006, section 4.1): how well it explains everything that
 * was seen. −∞ when it cannot. Each step's sum is kept at 1 and its logarithm apart, so that
 * no step can vanish.
 */
export function ctcMassOf(emissions: Emissions, text: readonly number[]): number {
  const labels = 2 * text.length + 1
  forward.fill(0, 0, labels)
  forward[0] = 1
  let massLog = 0
  for (let step = 0; step < emissions.steps; step++) {
    const sum = advance(emissions, step, text)
    if (sum === 0) return Number.NEGATIVE_INFINITY
    massLog += Math.log(sum)
    for (let label = 0; label < labels; label++) forward[label] = (forward[label] ?? 0) / sum
  }
  return massLog + Math.log((forward[labels - 1] ?? 0) + (forward[labels - 2] ?? 0))
}

/** One step on, from the last label to the first so that none is counted twice; gives the sum. */
function advance(emissions: Emissions, step: number, text: readonly number[]): number {
  const blank = Math.exp(logAt(emissions, step, blankClass))
  let sum = 0
  for (let label = 2 * text.length; label >= 0; label--) {
    const seen = label % 2 === 0 ? blank : Math.exp(logAt(emissions, step, classAt(text, label)))
    const probability = arrivals(text, label) * seen
    forward[label] = probability
    sum += probability
  }
  return sum
}

/** A label is reached from itself, from the one before, and over a blank unless it repeats. */
function arrivals(text: readonly number[], label: number): number {
  const near = (forward[label] ?? 0) + (label > 0 ? (forward[label - 1] ?? 0) : 0)
  const mayLeap = label % 2 === 1 && label > 1 && classAt(text, label) !== classAt(text, label - 2)
  return mayLeap ? near + (forward[label - 2] ?? 0) : near
}

function classAt(text: readonly number[], label: number): number {
  return text[(label - 1) >> 1] ?? blankClass
}
