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

/** Narrower than this, in pixels of what the detector looked at, nobody can read. */
const widthMinPx = 8
/** A plate is 3.1 to 3.4 times as wide as high, 2 with two rows; less or more seen from the side. */
const aspect = { min: 0.8, max: 9 } as const

/** Whether a quad is convex, clockwise as the corners' order says, and of a plate's shape. */
export function isPlateLike(quad: Quad): boolean {
  const [tl, tr, br, bl] = quad
  const turns = [turnAt(tl, tr, br), turnAt(tr, br, bl), turnAt(br, bl, tl), turnAt(bl, tl, tr)]
  const { widthPx, heightPx } = sizeOf(quad)
  const ratio = widthPx / Math.max(heightPx, 1e-6)
  return (
    turns.every((each) => each > 0) &&
    widthPx >= widthMinPx &&
    ratio >= aspect.min &&
    ratio <= aspect.max
  )
}

/** Twice the area of a triangle, positive when it runs clockwise on the screen. */
function turnAt(a: Corner, b: Corner, c: Corner): number {
  return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
}

/** How far each edge is moved outwards, in shares of the quad's own width and height. */
export type Margins = Readonly<Record<'left' | 'top' | 'right' | 'bottom', number>>

/** The quad with its edges moved outwards; inwards where a margin is negative. */
export function widened(quad: Quad, { left, top, right, bottom }: Margins): Quad {
  const [tl, tr, br, bl] = quad
  const at = (u: number, v: number): Corner => {
    const mix = (i: 0 | 1) =>
      (1 - v) * ((1 - u) * tl[i] + u * tr[i]) + v * ((1 - u) * bl[i] + u * br[i])
    return [mix(0), mix(1)]
  }
  return [at(-left, -top), at(1 + right, -top), at(1 + right, 1 + bottom), at(-left, 1 + bottom)]
}

/** The quad around a whole rectangle of pixels. */
export function wholeOf({ widthPx, heightPx }: { widthPx: number; heightPx: number }): Quad {
  return [
    [0, 0],
    [widthPx, 0],
    [widthPx, heightPx],
    [0, heightPx],
  ]
}
