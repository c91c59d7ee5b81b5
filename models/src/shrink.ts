import { strict as assert } from 'node:assert'
import { at, loops, memory } from './kernel/kernel.ts'
import type { Picture } from './picture.ts'
import { pixelBytes } from './pixels.ts'
import { boxRow, copyRow, mixLine, mixRows, tapsMax, tapsOf } from './shrink-rows.ts'

/** A rectangle of a picture in whole pixels. */
export type Region = {
  readonly left: number
  readonly top: number
  readonly widthPx: number
  readonly heightPx: number
}

/** The network's grid: both sides of its input are multiples of this. */
export const gridPx = 32
/** Grey beside a picture that does not fill the grid: of the brightness of a street. */
const padding = 115

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
 * Writes a region of a picture, `factor` times smaller: every pixel is the mean of the box it
 * stands for.
 *
 * @param factor - A whole number, or less than 2.
 * @param bytes - Four for each of the frame's pixels, as `sizesOf` gives them.
 */
export function shrinkInto(
  picture: Picture,
  region: Region,
  factor: number,
  bytes: Uint8Array,
): FrameSize {
  assert(factor >= 1 && (Number.isInteger(factor) || factor < 2), `a factor of ${factor}`)
  const { inner, frame } = sizesOf(region, factor)
  if (factor === 2) shrinkTwice(picture, region, { bytes, inner, frame })
  else if (Number.isInteger(factor)) shrinkWhole(picture, region, factor, { bytes, inner, frame })
  else shrinkMixed(picture, region, factor, { bytes, inner, frame })
  pad(bytes, inner, frame)
  return frame
}

type Frame = { readonly bytes: Uint8Array; readonly inner: FrameSize; readonly frame: FrameSize }

/** Two rows after the other through the kernel's memory. */
function shrinkTwice(picture: Picture, region: Region, { bytes, inner, frame }: Frame): void {
  const rowBytes = picture.widthPx * 3
  const usedBytes = inner.widthPx * 2 * 3
  const low = at.source + usedBytes
  const made = memory.subarray(at.made, at.made + inner.widthPx * pixelBytes)
  for (let y = 0; y < inner.heightPx; y++) {
    const from = (region.top + 2 * y) * rowBytes + region.left * 3
    memory.set(picture.rgb.subarray(from, from + usedBytes), at.source)
    memory.set(picture.rgb.subarray(from + rowBytes, from + rowBytes + usedBytes), low)
    loops.halve(at.source, low, at.made, inner.widthPx)
    bytes.set(made, y * frame.widthPx * pixelBytes)
  }
}

function shrinkWhole(picture: Picture, region: Region, factor: number, target: Frame): void {
  const { bytes, inner, frame } = target
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < inner.heightPx; y++) {
    const from = (region.top + y * factor) * rowBytes + region.left * 3
    const place = { from, rowBytes, to: y * frame.widthPx, count: inner.widthPx }
    if (factor === 1) copyRow(picture.rgb, bytes, place)
    else boxRow(picture.rgb, bytes, place, factor)
  }
}

/** Rows first into one line, then along that line. */
function shrinkMixed(picture: Picture, region: Region, factor: number, target: Frame): void {
  const { bytes, inner, frame } = target
  const across = tapsOf(region.widthPx, inner.widthPx, factor)
  const down = tapsOf(region.heightPx, inner.heightPx, factor)
  const line = new Float32Array(region.widthPx * 3)
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < inner.heightPx; y++) {
    const from = (region.top + (down.first[y] ?? 0)) * rowBytes + region.left * 3
    const weights = down.weights.subarray(y * tapsMax, (y + 1) * tapsMax)
    mixRows(picture.rgb, { from, rowBytes }, weights, line)
    mixLine(line, across, bytes, y * frame.widthPx)
  }
}

function pad(bytes: Uint8Array, inner: FrameSize, frame: FrameSize): void {
  const rowBytes = frame.widthPx * pixelBytes
  for (let y = 0; y < inner.heightPx; y++)
    bytes.fill(padding, y * rowBytes + inner.widthPx * pixelBytes, (y + 1) * rowBytes)
  bytes.fill(padding, inner.heightPx * rowBytes, frame.heightPx * rowBytes)
}
