import { blankClass, classCount } from './alphabet.ts'
import { type Emissions, logAt } from './emissions.ts'
import type { LatticeNode } from './plate-lattice.ts'

/**
 * The best score from any state to the end of the picture, as logarithms. After a blank it
 * depends on the place only; after a character also on which one, since a character directly
 * after itself is the same character still.
 */
export type Completions = {
  afterShape(step: number, node: LatticeNode, shape: number): number
}

type Tables = {
  readonly places: number
  readonly blank: Float64Array
  readonly shape: Float64Array
}

/**
 * One Viterbi pass from the right over the whole lattice.
 *
 * @returns What holds until the next call.
 */
export function completePlates(emissions: Emissions, nodes: readonly LatticeNode[]): Completions {
  const tables = tablesFor((emissions.steps + 1) * nodes.length, nodes.length)
  for (const node of nodes) if (node.type !== null) endAt(tables, emissions.steps, node)
  for (let step = emissions.steps - 1; step >= 0; step--)
    for (const node of nodes) completeNode(tables, emissions, step, node)
  return {
    afterShape: (step, node, shape) => readShape(tables, step, node, shape),
  }
}

/** One pair of tables for all calls: 1.3 MB of new memory would take longer than the pass. */
let kept = { blank: new Float64Array(0), shape: new Float64Array(0) }

function tablesFor(size: number, places: number): Tables {
  if (kept.blank.length < size)
    kept = { blank: new Float64Array(size), shape: new Float64Array(size * classCount) }
  const blank = kept.blank.fill(Number.NEGATIVE_INFINITY)
  const shape = kept.shape.fill(Number.NEGATIVE_INFINITY)
  return { places, blank, shape }
}

function endAt(tables: Tables, step: number, node: LatticeNode): void {
  tables.blank[step * tables.places + node.id] = 0
  const row = (step * tables.places + node.id) * classCount
  for (const { shape } of node.symbols) tables.shape[row + shape] = 0
}

function completeNode(tables: Tables, emissions: Emissions, step: number, node: LatticeNode): void {
  const on = waysOn(tables, emissions, step, node)
  const rest = logAt(emissions, step, blankClass) + readBlank(tables, step + 1, node)
  tables.blank[step * tables.places + node.id] = Math.max(rest, on.best)
  const row = (step * tables.places + node.id) * classCount
  for (const { shape } of node.symbols) {
    const stay = logAt(emissions, step, shape) + readShape(tables, step + 1, node, shape)
    const leave = shape === on.bestShape ? on.second : on.best
    tables.shape[row + shape] = Math.max(stay, rest, leave)
  }
}

/** The best way from a place to the next, and the best that begins with another shape. */
function waysOn(tables: Tables, emissions: Emissions, step: number, node: LatticeNode) {
  let best = Number.NEGATIVE_INFINITY
  let bestShape = -1
  let second = Number.NEGATIVE_INFINITY
  for (const next of node.next) {
    for (const { shape } of next.symbols) {
      const score = logAt(emissions, step, shape) + readShape(tables, step + 1, next, shape)
      if (shape === bestShape) {
        best = Math.max(best, score)
      } else if (score > best) {
        second = best
        best = score
        bestShape = shape
      } else if (score > second) {
        second = score
      }
    }
  }
  return { best, bestShape, second }
}

function readBlank(tables: Tables, step: number, node: LatticeNode): number {
  return tables.blank[step * tables.places + node.id] ?? Number.NEGATIVE_INFINITY
}

function readShape(tables: Tables, step: number, node: LatticeNode, shape: number): number {
  const row = (step * tables.places + node.id) * classCount
  return tables.shape[row + shape] ?? Number.NEGATIVE_INFINITY
}
