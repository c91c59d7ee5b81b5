import { copyUpright, type Rectangle } from './copy-upright.ts'
import type { Detector } from './detect.ts'
import { homographyOnto } from './homography.ts'
import type { Candidate } from './peaks.ts'
import type { Picture } from './picture.ts'
import { boundsOf, centreOf, distance, mapCorners, type Quad, sizeOf } from './quad.ts'
import { planesOf } from './shrink-rows.ts'
import { warpInto } from './warp.ts'

/** The picture the second look is taken at: one plate and what is round it. */
const zoom = { widthPx: 192, heightPx: 96 } as const
/** Share of the zoom's width that the plate fills, and of its height at most. */
const filled = { width: 0.6, height: 0.7 } as const
/** The plate must come out this near to where it was expected, in shares of its width. */
const strayMax = 0.35

export type Refiner = {
  /**
   * Looks again at a candidate close up, for finer corners. Null when no plate stands there:
   * the first look's quad is all there is then.
   */
  refine(picture: Picture, quad: Quad): Promise<Candidate | null>
}

/** The second look is taken by the same network; its buffer is kept. */
export function createRefiner(detector: Detector): Refiner {
  const buffer = new Float32Array(3 * zoom.widthPx * zoom.heightPx)
  const target = {
    planes: planesOf(buffer, zoom.widthPx * zoom.heightPx),
    offset: 0,
    rowPx: zoom.widthPx,
    ...zoom,
  }
  const window = { left: 0, top: 0, right: 1, bottom: 1 }

  return {
    async refine(picture, quad) {
      const place = zoomPlaceOf(quad)
      const perPx = place.widthPx / zoom.widthPx
      if (perPx < denseFrom) copyUpright(picture, place, target)
      else warpInto(picture, homographyOnto(cornersOf(place)), { window, target, samples: dense })
      const found = await detector.detectPlanes(buffer, zoom)
      const moved = found.map((candidate) => ({
        ...candidate,
        quad: mapCorners(candidate.quad, ([x, y]) => [
          place.left + x * perPx,
          place.top + y * perPx,
        ]),
      }))
      return nearestTo(quad, moved)
    },
  }
}

/**
 * From so many pixels of the picture in one of the zoom each is averaged from four samples. One
 * sample mixes two pixels a side already, and takes a quarter of the time.
 */
const denseFrom = 2.2
const dense = { columns: 2, rows: 2 } as const

/** The part of the picture that is shown close up; it may reach over the edge. */
export function zoomPlaceOf(quad: Quad): Rectangle {
  const { left, top, right, bottom } = boundsOf(quad)
  const ratio = zoom.widthPx / zoom.heightPx
  const widthPx = Math.max((right - left) / filled.width, ((bottom - top) / filled.height) * ratio)
  const heightPx = widthPx / ratio
  return {
    left: (left + right - widthPx) / 2,
    top: (top + bottom - heightPx) / 2,
    widthPx,
    heightPx,
  }
}

function cornersOf({ left, top, widthPx, heightPx }: Rectangle): Quad {
  return [
    [left, top],
    [left + widthPx, top],
    [left + widthPx, top + heightPx],
    [left, top + heightPx],
  ]
}

function nearestTo(quad: Quad, found: readonly Candidate[]): Candidate | null {
  const middle = centreOf(quad)
  const { widthPx } = sizeOf(quad)
  const near = found.filter(
    ({ quad: other }) => distance(centreOf(other), middle) < strayMax * widthPx,
  )
  return near[0] ?? null
}
