import { strict as assert } from 'node:assert'
import { halvesOf } from './halves.ts'
import type { Homography } from './homography.ts'
import { at, loops, madeMaxPx, sideMaxPx } from './kernel/kernel.ts'
import { type Bounds, cut, fits, loadPiece, pieceOf } from './kernel/source.ts'
import type { Picture } from './picture.ts'
import { pixelBytes, type Target, takeMade } from './pixels.ts'
import type { Region } from './shrink.ts'

/** A rectangle of the unit square. */
export type UnitWindow = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Samples a side that one pixel is averaged from. */
export type Samples = { readonly columns: number; readonly rows: number }

/** What is shown where, and how finely. */
export type Job = {
  readonly window: UnitWindow
  readonly target: Target
  readonly samples: Samples
}

/**
 * Fills a target with what a picture shows in a window of the map, 0 to 255. Between pixels it is
 * mixed from four; outside the picture the nearest edge pixel repeats.
 */
export function warpInto(picture: Picture, map: Homography, job: Job): void {
  const bounds = boundsOn(map, job.window)
  const { widthPx: right, heightPx: bottom } = picture
  const piece = pieceOf(picture, bounds ?? { left: 0, top: 0, right, bottom })
  const isOnePixel = job.target.widthPx * job.target.heightPx <= 1
  if (bounds === null || isOnePixel || fits(piece)) warpPiece(picture, cut(piece), map, job)
  else for (const half of halvesOf(job)) warpInto(picture, map, half)
}

/** What a window shows; null where it reaches over the map's horizon, and shows nothing that is one. */
function boundsOn(map: Homography, { left, top, right, bottom }: UnitWindow): Bounds | null {
  const corners = [left, right].flatMap((u) => [top, bottom].map((v) => [u, v] as const))
  const depths = corners.map(([u, v]) => map.g * u + map.h * v + 1)
  if (!depths.every((depth) => depth > 0) && !depths.every((depth) => depth < 0)) return null
  const xs = corners.map(([u, v], i) => (map.a * u + map.b * v + map.c) / (depths[i] ?? 1))
  const ys = corners.map(([u, v], i) => (map.d * u + map.e * v + map.f) / (depths[i] ?? 1))
  const [most, least] = [Math.max, Math.min] as const
  return { left: least(...xs), top: least(...ys), right: most(...xs), bottom: most(...ys) }
}

function warpPiece(
  picture: Picture,
  piece: Region,
  map: Homography,
  { window, target, samples }: Job,
): void {
  const { widthPx, heightPx } = target
  const { columns, rows } = samples
  assert(widthPx <= sideMaxPx && widthPx * heightPx <= madeMaxPx, `${widthPx} × ${heightPx} pixels`)
  assert(columns >= 1 && rows >= 1, `${columns} × ${rows} samples`)
  loadPiece(picture, piece)
  const { a, b, c, d, e, f, g, h } = movedTo(piece, map)
  const stepU = (window.right - window.left) / (widthPx * columns)
  const stepV = (window.bottom - window.top) / (heightPx * rows)
  const u = window.left + stepU / 2
  const [right, bottom] = [piece.widthPx - 1, piece.heightPx - 1]
  const from = [at.source, piece.widthPx * 3, right, bottom] as const
  for (let y = 0; y < heightPx; y++) {
    for (let row = 0; row < rows; row++) {
      const v = window.top + (y * rows + row + 0.5) * stepV
      const line = [a, b * v + c, d, e * v + f, g, h * v + 1, u, stepU] as const
      loops.addLine(...from, ...line, columns, at.sums, widthPx)
    }
    const share = 1 / (16_384 * columns * rows)
    loops.settle(at.sums, at.made + y * widthPx * pixelBytes, widthPx, share)
  }
  takeMade(target)
}

/** The same map, to pixels of a piece. */
function movedTo({ left, top }: Region, { a, b, c, d, e, f, g, h }: Homography): Homography {
  const [ax, bx, cx] = [a - left * g, b - left * h, c - left]
  return { a: ax, b: bx, c: cx, d: d - top * g, e: e - top * h, f: f - top, g, h }
}
