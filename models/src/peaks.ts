import type { Corner } from '@forecourt/contracts'
import { isPlateLike, overlapOf, type Quad, sizeOf } from './quad.ts'

/** A place that may hold a plate. */
export type Candidate = {
  readonly quad: Quad
  /** How sure the detector is, 0 to 1. */
  readonly score: number
  /** Probability that the plate has two rows of characters. */
  readonly twoRows: number
}

/** What the detector says of every cell of its input: maps of `widthCells` × `heightCells`. */
export type PlateMaps = {
  readonly widthCells: number
  readonly heightCells: number
  readonly heat: Float32Array
  /** Eight maps: x and y, in pixels from the cell's centre, of each corner in turn. */
  readonly corners: Float32Array
  readonly rows: Float32Array
}

/** Pixels of the network's input that one cell stands for. */
export const cellPx = 8
/** Peaks looked at in one picture, the hottest first: a wall of signs must not cost a second. */
export const peaksMax = 64
/** Two quads that share more of their area than this are the same plate. */
const overlapMax = 0.4

/** Plates of the maps in pixels of the input, the surest first, each place once. */
export function findPeaks(maps: PlateMaps, scoreMin: number): readonly Candidate[] {
  const hottest = peakCells(maps, scoreMin)
    .sort((a, b) => (maps.heat[b] ?? 0) - (maps.heat[a] ?? 0))
    .slice(0, peaksMax)
  return withoutDoubles(hottest.map((cell) => candidateAt(maps, cell)))
}

/** Cells that no neighbour outshines; among equals the first. */
function peakCells(maps: PlateMaps, scoreMin: number): number[] {
  const cells: number[] = []
  for (let cell = 0; cell < maps.heat.length; cell++) {
    const score = maps.heat[cell] ?? 0
    if (score >= scoreMin && isPeak(maps, cell, score)) cells.push(cell)
  }
  return cells
}

function isPeak(maps: PlateMaps, cell: number, score: number): boolean {
  return cellsAround(maps, cell).every(({ cell: other }) => {
    const otherScore = maps.heat[other] ?? 0
    return otherScore < score || (otherScore === score && other >= cell)
  })
}

function candidateAt(maps: PlateMaps, cell: number): Candidate {
  const corner = (index: number) => averageCorner(maps, cell, index)
  return {
    quad: [corner(0), corner(1), corner(2), corner(3)],
    score: maps.heat[cell] ?? 0,
    twoRows: maps.rows[cell] ?? 0,
  }
}

/** Neighbours cooler than this share of the peak were not taught where its corners are. */
const taughtAbove = 0.3

/** What the cells around a peak say of one corner, weighed by the square of their heat. */
function averageCorner(maps: PlateMaps, peak: number, index: number): Corner {
  const { heat, corners } = maps
  const least = taughtAbove * (heat[peak] ?? 0)
  let [x, y, whole] = [0, 0, 0]
  for (const { cell, centreX, centreY } of cellsAround(maps, peak)) {
    const score = heat[cell] ?? 0
    if (score <= least) continue
    const weight = score * score
    x += weight * (centreX + (corners[2 * index * heat.length + cell] ?? 0))
    y += weight * (centreY + (corners[(2 * index + 1) * heat.length + cell] ?? 0))
    whole += weight
  }
  return [x / whole, y / whole]
}

/** A cell and its neighbours inside the map, and where their centres are in the input. */
function cellsAround({ widthCells, heightCells }: PlateMaps, peak: number) {
  const x = peak % widthCells
  const y = (peak - x) / widthCells
  const cells: { cell: number; centreX: number; centreY: number }[] = []
  for (let j = Math.max(0, y - 1); j <= Math.min(heightCells - 1, y + 1); j++)
    for (let i = Math.max(0, x - 1); i <= Math.min(widthCells - 1, x + 1); i++)
      cells.push({
        cell: j * widthCells + i,
        centreX: (i + 0.5) * cellPx,
        centreY: (j + 0.5) * cellPx,
      })
  return cells
}

/** Keeps the surest of each place; what cannot be a plate by its shape goes too. */
export function withoutDoubles(surestFirst: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of surestFirst) {
    if (!isPlateLike(candidate.quad)) continue
    const isDouble = kept.some((other) => overlapOf(other.quad, candidate.quad) > overlapMax)
    if (!isDouble) kept.push(candidate)
  }
  return kept
}

/** Width times certainty: a big plate that is fairly sure comes before a sure speck. */
export function prominenceOf({ quad, score }: Candidate): number {
  return sizeOf(quad).widthPx * score
}
