import type { Homography } from './homography.ts'
import type { Picture } from './picture.ts'
import type { Planes } from './shrink-rows.ts'

/** A rectangle of the unit square. */
export type UnitWindow = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A rectangle in three planes, rows from the top. */
export type PlanarTarget = {
  readonly planes: Planes
  /** Where the rectangle's first pixel stands in a plane. */
  readonly offset: number
  readonly rowPx: number
  readonly widthPx: number
  readonly heightPx: number
}

/** Samples a side that one pixel is averaged from. */
export type Samples = { readonly columns: number; readonly rows: number }

/**
 * Fills a target with what a picture shows in a window of the map, 0 to 1. Between pixels it is
 * mixed from four; outside the picture the nearest edge pixel repeats.
 */
export function warpInto(
  picture: Picture,
  map: Homography,
  { window, target, samples }: { window: UnitWindow; target: PlanarTarget; samples: Samples },
): void {
  const stepU = (window.right - window.left) / (target.widthPx * samples.columns)
  const stepV = (window.bottom - window.top) / (target.heightPx * samples.rows)
  const share = 1 / (255 * samples.columns * samples.rows)
  for (let y = 0; y < target.heightPx; y++) {
    const start = target.offset + y * target.rowPx
    clearRow(target, start)
    for (let row = 0; row < samples.rows; row++) {
      const v = window.top + (y * samples.rows + row + 0.5) * stepV
      const line = { map, u: window.left + stepU / 2, v, stepU, columns: samples.columns, share }
      addLine(picture, line, target, start)
    }
  }
}

function clearRow({ planes, widthPx }: PlanarTarget, start: number): void {
  for (const plane of [planes.red, planes.green, planes.blue]) plane.fill(0, start, start + widthPx)
}

type SampleLine = {
  readonly map: Homography
  readonly u: number
  readonly v: number
  readonly stepU: number
  readonly columns: number
  readonly share: number
}

/**
 * Adds one line of samples to a row; written out, since it runs some 10,000 times a plate. Indices
 * are clamped to the picture, so what they find is a number.
 */
function addLine(picture: Picture, line: SampleLine, target: PlanarTarget, start: number): void {
  const { map, v, stepU, columns, share } = line
  const { red, green, blue } = target.planes
  const { rgb } = picture
  const rightMost = picture.widthPx - 1
  const lowest = picture.heightPx - 1
  const rowBytes = picture.widthPx * 3
  const bx = map.b * v + map.c
  const by = map.e * v + map.f
  const bw = map.h * v + 1
  const end = start + target.widthPx
  let u = line.u
  for (let to = start; to < end; to++) {
    let r = 0
    let g = 0
    let b = 0
    for (let column = 0; column < columns; column++, u += stepU) {
      const scale = 1 / (map.g * u + bw)
      const px = Math.min(Math.max((map.a * u + bx) * scale - 0.5, 0), rightMost)
      const py = Math.min(Math.max((map.d * u + by) * scale - 0.5, 0), lowest)
      const x0 = px | 0
      const y0 = py | 0
      const fx = px - x0
      const fy = py - y0
      const i00 = y0 * rowBytes + x0 * 3
      const i01 = i00 + (x0 < rightMost ? 3 : 0)
      const toBelow = y0 < lowest ? rowBytes : 0
      const i10 = i00 + toBelow
      const i11 = i01 + toBelow
      const w11 = fx * fy
      const w10 = fy - w11
      const w01 = fx - w11
      const w00 = 1 - fx - w10
      r += (rgb[i00] as number) * w00 + (rgb[i01] as number) * w01
      r += (rgb[i10] as number) * w10 + (rgb[i11] as number) * w11
      g += (rgb[i00 + 1] as number) * w00 + (rgb[i01 + 1] as number) * w01
      g += (rgb[i10 + 1] as number) * w10 + (rgb[i11 + 1] as number) * w11
      b += (rgb[i00 + 2] as number) * w00 + (rgb[i01 + 2] as number) * w01
      b += (rgb[i10 + 2] as number) * w10 + (rgb[i11 + 2] as number) * w11
    }
    red[to] = (red[to] as number) + r * share
    green[to] = (green[to] as number) + g * share
    blue[to] = (blue[to] as number) + b * share
  }
}
