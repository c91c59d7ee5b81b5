import type { Corner } from '@forecourt/contracts'

/** Four corners: top left, top right, bottom right, bottom left. */
export type Quad = readonly [Corner, Corner, Corner, Corner]

/** Mean length of the two long and of the two short edges, in pixels. */
export function sizeOf(quad: Quad): { readonly widthPx: number; readonly heightPx: number } {
  const [tl, tr, br, bl] = quad
  return {
    widthPx: (distance(tl, tr) + distance(bl, br)) / 2,
    heightPx: (distance(tl, bl) + distance(tr, br)) / 2,
  }
}

export function centreOf(quad: Quad): Corner {
  const [tl, tr, br, bl] = quad
  return [(tl[0] + tr[0] + br[0] + bl[0]) / 4, (tl[1] + tr[1] + br[1] + bl[1]) / 4]
}

/** The quad with every edge moved outwards: by shares of its height, along its own axes. */
export function grow(quad: Quad, margin: { readonly x: number; readonly y: number }): Quad {
  const { widthPx, heightPx } = sizeOf(quad)
  if (widthPx === 0 || heightPx === 0) return quad
  const u = (margin.x * heightPx) / widthPx
  const v = margin.y
  return [at(quad, -u, -v), at(quad, 1 + u, -v), at(quad, 1 + u, 1 + v), at(quad, -u, 1 + v)]
}

/** A point of the quad in its own coordinates, (0, 0) top left to (1, 1) bottom right. */
export function at(quad: Quad, u: number, v: number): Corner {
  const [tl, tr, br, bl] = quad
  const mix = (i: 0 | 1) =>
    (1 - v) * ((1 - u) * tl[i] + u * tr[i]) + v * ((1 - u) * bl[i] + u * br[i])
  return [mix(0), mix(1)]
}

export function distance(a: Corner, b: Corner): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}

export function mapCorners(quad: Quad, move: (corner: Corner) => Corner): Quad {
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])]
}

/** The smallest upright rectangle around the quad. */
export function boundsOf(quad: Quad) {
  const xs = quad.map((corner) => corner[0])
  const ys = quad.map((corner) => corner[1])
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  }
}

/** Shared area over joint area of the quads' bounds, 0 to 1. */
export function overlapOf(a: Quad, b: Quad): number {
  const [p, q] = [boundsOf(a), boundsOf(b)]
  const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left)
  const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top)
  if (wide <= 0 || high <= 0) return 0
  const shared = wide * high
  const area = (box: typeof p) => (box.right - box.left) * (box.bottom - box.top)
  return shared / (area(p) + area(q) - shared)
}
