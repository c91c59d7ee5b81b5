import type { Corner } from '@forecourt/contracts'
import type { Quad } from '../../src/quad.ts'

/**
 * The smallest rectangle, at any angle, around a set of points (rotating calipers over the
 * convex hull). Its corners start at the top left of the rectangle held as near to upright as
 * it goes, so `widthPx` of the quad is the side that runs more across than down.
 */
export function minAreaRectangle(points: readonly Corner[]): Quad | null {
  const hull = convexHull(points)
  if (hull.length < 3) return null
  let best: { area: number; quad: Quad } | null = null
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length] ?? from
    const rectangle = rectangleAlong(hull, Math.atan2(to[1] - from[1], to[0] - from[0]))
    if (best === null || rectangle.area < best.area) best = rectangle
  }
  return best?.quad ?? null
}

function rectangleAlong(hull: readonly Corner[], edgeAngle: number) {
  const quarter = Math.PI / 2
  const angle = edgeAngle - Math.round(edgeAngle / quarter) * quarter
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const along = hull.map(([x, y]) => x * cos + y * sin)
  const across = hull.map(([x, y]) => y * cos - x * sin)
  const [left, right] = [Math.min(...along), Math.max(...along)]
  const [top, bottom] = [Math.min(...across), Math.max(...across)]
  const corner = (u: number, v: number): Corner => [u * cos - v * sin, u * sin + v * cos]
  const quad: Quad = [
    corner(left, top),
    corner(right, top),
    corner(right, bottom),
    corner(left, bottom),
  ]
  return { area: (right - left) * (bottom - top), quad }
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Corner[]): readonly Corner[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const lower = halfHull(sorted)
  const upper = halfHull(sorted.toReversed())
  return [...lower.slice(0, -1), ...upper.slice(0, -1)]
}

function halfHull(points: readonly Corner[]): Corner[] {
  const chain: Corner[] = []
  for (const point of points) {
    while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop()
    chain.push(point)
  }
  return chain
}

function turn(a: Corner | undefined, b: Corner | undefined, c: Corner): number {
  if (a === undefined || b === undefined) return 1
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}
