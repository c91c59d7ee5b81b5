import { blankClass, classCount } from './alphabet.ts'
import type { Emissions } from './emissions.ts'

/** Characters of the longest plate. */
const charactersMax = 8
/** Labels of the longest plate: a blank before, between and after its characters. */
const labelsMax = 2 * charactersMax + 1
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
  const chances = chancesOf(emissions)
  const seen = text.map((classIndex) => columnOf(emissions, chances, classIndex))
  const blank = columnOf(emissions, chances, blankClass)
  forward.fill(0, 0, labels)
  forward[0] = 1
  let massLog = 0
  for (let step = 0; step < emissions.steps; step++) {
    const sum = advance(text, seen, blank, step)
    if (sum === 0) return Number.NEGATIVE_INFINITY
    massLog += Math.log(sum)
    for (let label = 0; label < labels; label++) forward[label] = (forward[label] as number) / sum
  }
  return massLog + Math.log((forward[labels - 1] ?? 0) + (forward[labels - 2] ?? 0))
}

/**
 * One step on, from the last label to the first so that none is counted twice; gives the sum. A
 * label is reached from itself, from the one before, and over a blank unless it repeats.
 */
function advance(
  text: readonly number[],
  seen: readonly Float64Array[],
  blank: Float64Array,
  step: number,
): number {
  const rest = blank[step] as number
  let sum = 0
  for (let place = text.length - 1; place >= 0; place--) {
    const label = 2 * place + 1
    const here = forward[label] as number
    const rested = ((forward[label + 1] as number) + here) * rest
    const near = here + (forward[label - 1] as number)
    const mayLeap = place > 0 && text[place] !== text[place - 1]
    const come = mayLeap ? near + (forward[label - 2] as number) : near
    const written = come * ((seen[place] as Float64Array)[step] as number)
    forward[label + 1] = rested
    forward[label] = written
    sum += rested
    sum += written
  }
  forward[0] = (forward[0] as number) * rest
  return sum + forward[0]
}

/** Probabilities by class and step, each class's filled in when it is first asked for. */
type Chances = { readonly columns: readonly Float64Array[]; readonly filled: Uint8Array }

const noChances: Chances = { columns: [], filled: new Uint8Array(classCount) }
/** Many texts are weighed on the same emissions one after another, and share most characters. */
let latest: { of: Emissions | null; chances: Chances } = { of: null, chances: noChances }

function chancesOf(emissions: Emissions): Chances {
  if (latest.of === emissions) return latest.chances
  const { columns, filled } = latest.chances
  const isLongEnough = (columns[0]?.length ?? 0) >= emissions.steps
  const columnsNow = isLongEnough
    ? columns
    : Array.from({ length: classCount }, () => new Float64Array(emissions.steps))
  latest = { of: emissions, chances: { columns: columnsNow, filled: filled.fill(0) } }
  return latest.chances
}

function columnOf(emissions: Emissions, chances: Chances, classIndex: number): Float64Array {
  const column = chances.columns[classIndex] ?? new Float64Array(emissions.steps)
  if (chances.filled[classIndex] === 1) return column
  const { log, steps } = emissions
  for (let step = 0, at = classIndex; step < steps; step++, at += classCount)
    column[step] = Math.exp(log[at] as number)
  chances.filled[classIndex] = 1
  return column
}
