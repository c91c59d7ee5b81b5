import { copyUpright, type Rectangle } from './copy-upright.ts'
import { homographyOnto } from './homography.ts'
import type { Picture } from './picture.ts'
import type { Target } from './pixels.ts'
import { type Quad, sizeOf } from './quad.ts'
import { type UnitWindow, warpInto } from './warp.ts'

/** What the recogniser sees of one plate: always one row of characters. */
export const strip = { widthPx: 128, heightPx: 32 } as const
export const stripPx = strip.widthPx * strip.heightPx

/** Shares of a plate's own width and height that are kept around it, as in training. */
const margin = { x: 0.02, y: 0.04 } as const
/** Samples a side that one pixel is averaged from, at most. */
const samplesMax = 3

/** A rectangle of the cut-out plate, margin included, and where it stands in the strip. */
type Piece = {
  readonly from: UnitWindow
  readonly leftPx: number
  readonly widthPx: number
}

const oneRow: readonly Piece[] = [
  { from: { left: 0, top: 0, right: 1, bottom: 1 }, leftPx: 0, widthPx: strip.widthPx },
]
/**
 * The upper row is narrower and stands left of the lower. Their windows are those of training
 * (`strip` in models/training/recognition/geometry.py), in shares of 128 × 64. Whole coordinates are
 * the edges of pixels here and their middles there: half a pixel, which does no harm.
 */
const twoRows: readonly Piece[] = [
  { from: { left: 19 / 128, top: 0, right: 109 / 128, bottom: 28 / 64 }, leftPx: 0, widthPx: 48 },
  { from: { left: 0, top: 23 / 64, right: 1, bottom: 1 }, leftPx: 48, widthPx: 80 },
]

/**
 * Straightens a plate of one row, or lays the two rows of one side by side.
 *
 * @param bytes - The strip's pixels, four bytes each.
 */
export function rectifyInto(picture: Picture, quad: Quad, rows: 1 | 2, bytes: Uint8Array): void {
  const map = homographyOnto(quad)
  for (const { from, leftPx, widthPx } of rows === 1 ? oneRow : twoRows) {
    const target: Target = { bytes, offset: leftPx, rowPx: strip.widthPx, ...strip, widthPx }
    const window = onPlate(from)
    const samples = samplesFor(quad, from, widthPx)
    const isPlain = samples.columns === 1 && samples.rows === 1 && isUpright(quad)
    if (isPlain) copyUpright(picture, within(quad, window), target)
    else warpInto(picture, map, { window, target, samples })
  }
}

/** Whole crops stand upright and need no perspective. */
function isUpright([tl, tr, br, bl]: Quad): boolean {
  return tl[0] === bl[0] && tr[0] === br[0] && tl[1] === tr[1] && bl[1] === br[1]
}

function within([tl, , br]: Quad, { left, top, right, bottom }: UnitWindow): Rectangle {
  const [width, height] = [br[0] - tl[0], br[1] - tl[1]]
  return {
    left: tl[0] + left * width,
    top: tl[1] + top * height,
    widthPx: (right - left) * width,
    heightPx: (bottom - top) * height,
  }
}

/** From shares of the cut-out to shares of the plate, which begins inside the margin. */
function onPlate({ left, top, right, bottom }: UnitWindow): UnitWindow {
  const x = (share: number) => share * (1 + 2 * margin.x) - margin.x
  const y = (share: number) => share * (1 + 2 * margin.y) - margin.y
  return { left: x(left), top: y(top), right: x(right), bottom: y(bottom) }
}

/** As many samples as the picture has pixels for one of the strip. */
function samplesFor(quad: Quad, from: UnitWindow, widthPx: number) {
  const size = sizeOf(quad)
  const across = (size.widthPx * (from.right - from.left)) / widthPx
  const down = (size.heightPx * (from.bottom - from.top)) / strip.heightPx
  const count = (ratio: number) => Math.min(samplesMax, Math.max(1, Math.round(ratio)))
  return { columns: count(across), rows: count(down) }
}
