import { type PlateType, plateTypeOf } from '@forecourt/contracts'
import { blankClass } from './alphabet.ts'
import { type Completions, completePlates } from './completions.ts'
import { type Emissions, logAt } from './emissions.ts'
import { compileLattice, type LatticeNode, platePatterns } from './plate-lattice.ts'

/** One plate that the emissions may mean. */
type LatticeText = {
  readonly text: string
  /** WJ12345 is spelled as a military plate too: the grammar's own order decides. */
  readonly type: PlateType
  /** The text as shapes, the recogniser's classes. */
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
export function decodePlate(emissions: Emissions, plateMax = 4): readonly LatticeText[] {
  const completions = completePlates(emissions, nodes)
  const open: Prefix[] = [opening]
  const found: Omit<LatticeText, 'share'>[] = []
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

function withShares(found: readonly Omit<LatticeText, 'share'>[]): readonly LatticeText[] {
  const most = found[0]?.pathLog ?? 0
  const whole = found.reduce((sum, each) => sum + Math.exp(each.pathLog - most), 0)
  return found.map((each) => ({ ...each, share: Math.exp(each.pathLog - most) / whole }))
}

/** The best alignments of a beginning before each step, by what they end in, as logarithms. */
type Scores = { readonly blank: Float64Array; readonly shape: Float64Array }

/**
 * A beginning of a plate and the best it can become. Of its own scores nothing is kept until it is
 * followed, which few are: what came before is enough to find them again.
 */
type Prefix = {
  readonly node: LatticeNode
  readonly shapes: readonly number[]
  readonly text: string
  /** The scores of all but its last character; null of the empty beginning. */
  readonly before: Scores | null
  readonly rank: number
}

const opening: Prefix = { node: root, shapes: [], text: '', before: null, rank: 0 }

/** Among equals the latest, which is the longest: equals must not be followed side by side. */
function takeBest(open: Prefix[]): Prefix | null {
  let best = -1
  for (const [index, { rank }] of open.entries())
    if (rank > Number.NEGATIVE_INFINITY && rank >= (open[best]?.rank ?? rank)) best = index
  return open.splice(best, best < 0 ? 0 : 1)[0] ?? null
}

function extend(from: Prefix, emissions: Emissions, completions: Completions): readonly Prefix[] {
  const before = scoresOf(from, emissions)
  const scores = emptyScores(emissions)
  return from.node.next.flatMap((node) =>
    node.symbols.map(({ shape, text }) => {
      const shapes = [...from.shapes, shape]
      scoreLast(scores, before, shapes, emissions)
      const rank = rankOf(scores, node, shape, completions)
      return { node, shapes, text: from.text + text, before, rank }
    }),
  )
}

function scoresOf({ shapes, before }: Prefix, emissions: Emissions): Scores {
  const scores = emptyScores(emissions)
  if (before === null) scoreBlanks(scores, emissions)
  else scoreLast(scores, before, shapes, emissions)
  return scores
}

function emptyScores({ steps }: Emissions): Scores {
  const [blank, shape] = [new Float64Array(steps + 1), new Float64Array(steps + 1)]
  return { blank, shape: shape.fill(Number.NEGATIVE_INFINITY) }
}

/** The empty beginning: only blanks so far. */
function scoreBlanks({ blank }: Scores, emissions: Emissions): void {
  for (let step = 0; step < emissions.steps; step++)
    blank[step + 1] = (blank[step] as number) + logAt(emissions, step, blankClass)
}

/** Scores all `shapes`, the last of which comes after what was scored `before`. */
function scoreLast(
  { blank, shape }: Scores,
  before: Scores,
  shapes: readonly number[],
  emissions: Emissions,
): void {
  const last = shapes.at(-1) ?? blankClass
  const repeats = shapes.at(-2) === last
  blank[0] = Number.NEGATIVE_INFINITY
  shape[0] = Number.NEGATIVE_INFINITY
  for (let step = 0; step < emissions.steps; step++) {
    const [stayed, rested] = [shape[step] as number, blank[step] as number]
    const overBlank = before.blank[step] as number
    const direct = repeats ? Number.NEGATIVE_INFINITY : (before.shape[step] as number)
    shape[step + 1] = logAt(emissions, step, last) + Math.max(stayed, overBlank, direct)
    blank[step + 1] = logAt(emissions, step, blankClass) + Math.max(stayed, rested)
  }
}

/** The score of the best whole plate that begins so. */
function rankOf({ shape: scores }: Scores, node: LatticeNode, shape: number, to: Completions) {
  let rank = Number.NEGATIVE_INFINITY
  for (let step = 0; step < scores.length; step++)
    rank = Math.max(rank, (scores[step] as number) + to.afterShape(step, node, shape))
  return rank
}
