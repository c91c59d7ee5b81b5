import { type PlateType, plateTypeOf } from '@forecourt/contracts'
import { blankClass } from './alphabet.ts'
import { type Completions, completePlates } from './completions.ts'
import { type Emissions, logAt } from './emissions.ts'
import { compileLattice, type LatticeNode, platePatterns } from './plate-lattice.ts'

/** One plate that the emissions may mean. */
type Decoded = {
  readonly text: string
  /** WJ12345 is spelled as a military plate too: the grammar's own order decides. */
  readonly type: PlateType
  /** The text as shapes, for `massOf`. */
  readonly shapes: readonly number[]
  /** Logarithm of the best alignment's probability. Candidates are ranked by it. */
  readonly pathLog: number
  /** Its part of all candidates found, 0 to 1: how far it beats the others. */
  readonly share: number
}

const { root, nodes } = compileLattice(platePatterns)

/**
 * The likeliest plates, best first; empty only when there are fewer steps than any plate has
 * characters.
 *
 * Exact, not a beam: a pass from the right gives every state the best way to complete it, and a
 * best-first search over beginnings, guided by that, meets complete plates in their true order
 * (prefix search as in A. Graves et al., "Connectionist Temporal Classification", ICML 2006,
 * section 3.2, but by best alignments instead of sums).
 */
export function decodePlate(emissions: Emissions, plateMax = 4): readonly Decoded[] {
  const completions = completePlates(emissions, nodes)
  const open: Prefix[] = [openingOf(emissions)]
  const found: Omit<Decoded, 'share'>[] = []
  while (found.length < plateMax) {
    const best = takeBest(open)
    if (best === null) break
    const { text, shapes, rank } = best
    const isKnown = found.some((each) => each.text === text)
    if (best.node.type !== null && !isKnown)
      found.push({ text, shapes, type: plateTypeOf(text) ?? best.node.type, pathLog: rank })
    open.push(...extend(best, emissions, completions))
  }
  return withShares(found)
}

function withShares(found: readonly Omit<Decoded, 'share'>[]): readonly Decoded[] {
  const most = found[0]?.pathLog ?? 0
  const whole = found.reduce((sum, each) => sum + Math.exp(each.pathLog - most), 0)
  return found.map((each) => ({ ...each, share: Math.exp(each.pathLog - most) / whole }))
}

/** A beginning of a plate: its best scores before each step, and the best it can become. */
type Prefix = {
  readonly node: LatticeNode
  readonly shapes: readonly number[]
  readonly text: string
  readonly endingInBlank: Float64Array
  readonly endingInShape: Float64Array
  readonly rank: number
}

/** The empty beginning: only blanks so far. */
function openingOf(emissions: Emissions): Prefix {
  const endingInBlank = new Float64Array(emissions.steps + 1)
  for (let step = 0; step < emissions.steps; step++)
    endingInBlank[step + 1] = (endingInBlank[step] ?? 0) + logAt(emissions, step, blankClass)
  const endingInShape = new Float64Array(emissions.steps + 1).fill(Number.NEGATIVE_INFINITY)
  return { node: root, shapes: [], text: '', endingInBlank, endingInShape, rank: 0 }
}

/** Among equals the latest, which is the longest: equals must not be followed side by side. */
function takeBest(open: Prefix[]): Prefix | null {
  let best = -1
  for (const [index, { rank }] of open.entries())
    if (rank > Number.NEGATIVE_INFINITY && rank >= (open[best]?.rank ?? rank)) best = index
  return open.splice(best, best < 0 ? 0 : 1)[0] ?? null
}

function extend(from: Prefix, emissions: Emissions, completions: Completions): readonly Prefix[] {
  return from.node.next.flatMap((node) =>
    node.symbols.map(({ shape, text }) => {
      const scores = scoresAfter(from, shape, emissions)
      const rank = rankOf(scores, node, shape, completions)
      return { node, shapes: [...from.shapes, shape], text: from.text + text, ...scores, rank }
    }),
  )
}

type Scores = Pick<Prefix, 'endingInBlank' | 'endingInShape'>

/** The best score of every alignment so far, with one more character at the end. */
function scoresAfter(from: Prefix, shape: number, emissions: Emissions): Scores {
  const endingInBlank = new Float64Array(emissions.steps + 1).fill(Number.NEGATIVE_INFINITY)
  const endingInShape = new Float64Array(emissions.steps + 1).fill(Number.NEGATIVE_INFINITY)
  const repeats = from.shapes.at(-1) === shape
  for (let step = 0; step < emissions.steps; step++) {
    const stayed = endingInShape[step] ?? Number.NEGATIVE_INFINITY
    const rested = endingInBlank[step] ?? Number.NEGATIVE_INFINITY
    const overBlank = from.endingInBlank[step] ?? Number.NEGATIVE_INFINITY
    const direct = repeats ? Number.NEGATIVE_INFINITY : (from.endingInShape[step] ?? 0)
    endingInShape[step + 1] = logAt(emissions, step, shape) + Math.max(stayed, overBlank, direct)
    endingInBlank[step + 1] = logAt(emissions, step, blankClass) + Math.max(stayed, rested)
  }
  return { endingInBlank, endingInShape }
}

/** The score of the best whole plate that begins so. */
function rankOf(scores: Scores, node: LatticeNode, shape: number, completions: Completions) {
  let rank = Number.NEGATIVE_INFINITY
  for (const [step, log] of scores.endingInShape.entries())
    rank = Math.max(rank, log + completions.afterShape(step, node, shape))
  return rank
}
