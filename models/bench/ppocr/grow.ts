import type { Corner } from '@forecourt/contracts'
import { type Quad, sizeOf } from '../../src/quad.ts'

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
