import { strict as assert } from 'node:assert'
import type { Picture } from './picture.ts'
import {
  boxRow,
  copyRow,
  halveRow,
  mixLine,
  mixRows,
  type Planes,
  planesOf,
  tapsMax,
  tapsOf,
} from './shrink-rows.ts'

/** A rectangle of a picture in whole pixels. */
export type Region = {
  readonly left: number
  readonly top: number
  readonly widthPx: number
  readonly heightPx: number
}

/** The network's grid: both sides of its input are multiples of this. */
export const gridPx = 32
/** Grey beside a picture that does not fill the grid. */
const padding = 0.45

export type FrameSize = { readonly widthPx: number; readonly heightPx: number }

/** Size of a region made `factor` times smaller, and of the frame on the grid that holds it. */
export function sizesOf(region: FrameSize, factor: number) {
  const inner = {
    widthPx: Math.max(1, Math.floor(region.widthPx / factor)),
    heightPx: Math.max(1, Math.floor(region.heightPx / factor)),
  }
  const toGrid = (px: number) => Math.ceil(px / gridPx) * gridPx
  return { inner, frame: { widthPx: toGrid(inner.widthPx), heightPx: toGrid(inner.heightPx) } }
}

/**
 * Writes a region of a picture, `factor` times smaller, as planes of 0 to 1: every pixel is the
 * mean of the box it stands for.
 *
 * @param factor - A whole number, or less than 2.
 * @param all - At least 3 × the frame's pixels, as `sizesOf` gives them.
 */
export function shrinkInto(
  picture: Picture,
  region: Region,
  factor: number,
  all: Float32Array,
): FrameSize {
  assert(factor >= 1 && (Number.isInteger(factor) || factor < 2), `a factor of ${factor}`)
  const { inner, frame } = sizesOf(region, factor)
  const planes = planesOf(all, frame.widthPx * frame.heightPx)
  if (Number.isInteger(factor)) shrinkWhole(picture, region, factor, { planes, inner, frame })
  else shrinkMixed(picture, region, factor, { planes, inner, frame })
  for (const plane of [planes.red, planes.green, planes.blue]) pad(plane, inner, frame)
  return frame
}

type Target = { readonly planes: Planes; readonly inner: FrameSize; readonly frame: FrameSize }

function shrinkWhole(picture: Picture, region: Region, factor: number, target: Target): void {
  const { planes, inner, frame } = target
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < inner.heightPx; y++) {
    const from = (region.top + y * factor) * rowBytes + region.left * 3
    const place = { from, rowBytes, to: y * frame.widthPx, count: inner.widthPx }
    if (factor === 1) copyRow(picture.rgb, planes, place)
    else if (factor === 2) halveRow(picture.rgb, planes, place)
    else boxRow(picture.rgb, planes, place, factor)
  }
}

/** Rows first into one line, then along that line. */
function shrinkMixed(picture: Picture, region: Region, factor: number, target: Target): void {
  const { planes, inner, frame } = target
  const across = tapsOf(region.widthPx, inner.widthPx, factor)
  const down = tapsOf(region.heightPx, inner.heightPx, factor)
  const line = new Float32Array(region.widthPx * 3)
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < inner.heightPx; y++) {
    const from = (region.top + (down.first[y] ?? 0)) * rowBytes + region.left * 3
    const weights = down.weights.subarray(y * tapsMax, (y + 1) * tapsMax)
    mixRows(picture.rgb, { from, rowBytes }, weights, line)
    mixLine(line, across, planes, y * frame.widthPx)
  }
}

function pad(plane: Float32Array, inner: FrameSize, frame: FrameSize): void {
  for (let y = 0; y < inner.heightPx; y++)
    plane.fill(padding, y * frame.widthPx + inner.widthPx, (y + 1) * frame.widthPx)
  plane.fill(padding, inner.heightPx * frame.widthPx)
}
