import type { Corner } from '@forecourt/contracts'
import { distance, type Quad } from '../../src/quad.ts'

/** Bands across the height in which both ends of a line are looked for. */
const bands = 9
/** The rounded top and bottom of a heat map's patch say nothing about the slope of its ends. */
const bandsSkipped = 2
/** Steeper than this a plate is not readable anyway, and the fit more likely wrong. */
const slopeMax = 0.7

/**
 * Leans a rectangle so that its short edges follow the ends of what lies in it: a plate seen
 * from the side is a parallelogram, and its characters slant with it.
 */
export function leanTo(quad: Quad, points: readonly Corner[]): Quad {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad
  const widthPx = distance(topLeft, topRight)
  const heightPx = distance(topLeft, bottomLeft)
  if (widthPx === 0 || heightPx === 0) return quad
  const along = unit(topLeft, topRight, widthPx)
  const down = unit(topLeft, bottomLeft, heightPx)
  const slope = slopeOfEnds(points, { origin: topLeft, along, down, heightPx })
  const shift = (slope * heightPx) / 2
  const move = ([x, y]: Corner, by: number): Corner => [x + along[0] * by, y + along[1] * by]
  return [
    move(topLeft, -shift),
    move(topRight, -shift),
    move(bottomRight, shift),
    move(bottomLeft, shift),
  ]
}

type Frame = {
  readonly origin: Corner
  readonly along: Corner
  readonly down: Corner
  readonly heightPx: number
}

/** How far both ends move along for one pixel down: the mean of two straight-line fits. */
function slopeOfEnds(points: readonly Corner[], frame: Frame): number {
  const lefts = new Map<number, number>()
  const rights = new Map<number, number>()
  for (const [x, y] of points) {
    const [dx, dy] = [x - frame.origin[0], y - frame.origin[1]]
    const u = dx * frame.along[0] + dy * frame.along[1]
    const v = (dx * frame.down[0] + dy * frame.down[1]) / frame.heightPx
    const band = Math.floor(v * bands)
    if (band < bandsSkipped || band >= bands - bandsSkipped) continue
    lefts.set(band, Math.min(lefts.get(band) ?? u, u))
    rights.set(band, Math.max(rights.get(band) ?? u, u))
  }
  const slope = ((slopeOf(lefts) + slopeOf(rights)) / 2 / frame.heightPx) * bands
  return Math.min(Math.max(slope, -slopeMax), slopeMax)
}

/** Least-squares slope; 0 when there are too few points for one. */
function slopeOf(values: ReadonlyMap<number, number>): number {
  if (values.size < 3) return 0
  const meanX = [...values.keys()].reduce((sum, x) => sum + x, 0) / values.size
  const meanY = [...values.values()].reduce((sum, y) => sum + y, 0) / values.size
  let covariance = 0
  let variance = 0
  for (const [x, y] of values) {
    covariance += (x - meanX) * (y - meanY)
    variance += (x - meanX) ** 2
  }
  return covariance / variance
}

function unit(from: Corner, to: Corner, length: number): Corner {
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
}
