import type { Corner } from '@forecourt/contracts'
import { copyUpright } from './copy-upright.ts'
import type { Detector } from './detect.ts'
import { homographyOnto } from './homography.ts'
import type { Candidate } from './peaks.ts'
import type { Picture } from './picture.ts'
import { pixelBytes, type Target } from './pixels.ts'
import { boundsOf, centreOf, distance, mapCorners, type Quad, sizeOf } from './quad.ts'
import { warpInto } from './warp.ts'

/** The picture the second look is taken at: one plate and what is round it. */
const zoom = { widthPx: 192, heightPx: 96 } as const
/** Share of the zoom's width that the plate fills, and of its height at most. */
const filled = { width: 0.6, height: 0.7 } as const
/** The plate must come out this near to where it was expected, in shares of its width. */
const strayMax = 0.35
/** A plate that leans less, in radians, is shown as it stands: that is quicker and as good. */
const levelFrom = 0.05
/**
 * From so many pixels of the picture in one of the zoom each is averaged from four samples. One
 * sample mixes two pixels a side already, and takes a quarter of the time.
 */
const denseFrom = 2.2

export type Refiner = {
  /**
   * Looks again at a candidate close up, for finer corners. Null when no plate stands there:
   * the first look's quad is all there is then.
   */
  refine(picture: Picture, quad: Quad): Promise<Candidate | null>
}

/** The second look is taken by the same network, turned level; its buffer is kept. */
export function createRefiner(detector: Detector): Refiner {
  const bytes = new Uint8Array(zoom.widthPx * zoom.heightPx * pixelBytes)
  const target = { bytes, offset: 0, rowPx: zoom.widthPx, ...zoom }
  return {
    async refine(picture, quad) {
      const place = closeUpOf(quad)
      showInto(picture, place, target)
      const found = await detector.detectPixels(bytes, zoom)
      const moved = found.map((candidate) => ({
        ...candidate,
        quad: mapCorners(candidate.quad, ([x, y]) => fromCloseUp(place, x, y)),
      }))
      return nearestTo(quad, moved)
    },
  }
}

/** The part of a picture shown close up; it may reach over the edge. */
export type CloseUp = {
  readonly centre: Corner
  /** Pixels of the picture in one of the zoom. */
  readonly perPx: number
  /** How far it is turned clockwise, in radians, so that the plate in it stands level. */
  readonly angle: number
}

export function closeUpOf(quad: Quad): CloseUp {
  const angle = leanOf(quad)
  const centre = centreOf(quad)
  const level = mapCorners(quad, (corner) => turn(corner, centre, -angle))
  const { left, top, right, bottom } = boundsOf(level)
  const perPx = Math.max(
    (right - left) / (filled.width * zoom.widthPx),
    (bottom - top) / (filled.height * zoom.heightPx),
  )
  const middle: Corner = [(left + right) / 2, (top + bottom) / 2]
  return { centre: turn(middle, centre, angle), perPx, angle }
}

/** Mean lean of the two long sides; 0 when it is hardly any. */
function leanOf([tl, tr, br, bl]: Quad): number {
  const angle = Math.atan2(tr[1] - tl[1] + br[1] - bl[1], tr[0] - tl[0] + br[0] - bl[0])
  return Math.abs(angle) < levelFrom ? 0 : angle
}

function turn([x, y]: Corner, [cx, cy]: Corner, angle: number): Corner {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos]
}

/** A point of the zoom in pixels of the picture. */
export function fromCloseUp({ centre, perPx, angle }: CloseUp, x: number, y: number): Corner {
  const upright: Corner = [
    centre[0] + (x - zoom.widthPx / 2) * perPx,
    centre[1] + (y - zoom.heightPx / 2) * perPx,
  ]
  return turn(upright, centre, angle)
}

function showInto(picture: Picture, place: CloseUp, target: Target): void {
  if (place.angle === 0 && place.perPx < denseFrom) showUpright(picture, place, target)
  else showTurned(picture, place, target)
}

function showUpright(picture: Picture, { centre, perPx }: CloseUp, target: Target): void {
  const [widthPx, heightPx] = [zoom.widthPx * perPx, zoom.heightPx * perPx]
  const [left, top] = [centre[0] - widthPx / 2, centre[1] - heightPx / 2]
  copyUpright(picture, { left, top, widthPx, heightPx }, target)
}

function showTurned(picture: Picture, place: CloseUp, target: Target): void {
  const corner = (x: number, y: number) => fromCloseUp(place, x * zoom.widthPx, y * zoom.heightPx)
  const quad: Quad = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]
  const window = { left: 0, top: 0, right: 1, bottom: 1 }
  const count = place.perPx < denseFrom ? 1 : 2
  const samples = { columns: count, rows: count }
  warpInto(picture, homographyOnto(quad), { window, target, samples })
}

function nearestTo(quad: Quad, found: readonly Candidate[]): Candidate | null {
  const middle = centreOf(quad)
  const { widthPx } = sizeOf(quad)
  const near = found.filter((each) => distance(centreOf(each.quad), middle) < strayMax * widthPx)
  return near[0] ?? null
}
