import type { Corner } from '@forecourt/contracts'
import type { Picture } from '../../src/picture.ts'
import { type Quad, sizeOf } from '../../src/quad.ts'
import { at } from './grow.ts'

/** A piece of a picture made upright: 8-bit RGB rows. */
export type Crop = { readonly widthPx: number; readonly heightPx: number; readonly rgb: Uint8Array }

/** Samples a side that one pixel of a crop is averaged from, at most. */
const samplesMax = 4

/**
 * Cuts a quad out of a picture and straightens it. A plate far larger than the crop is averaged,
 * not skipped through; outside the picture the nearest edge pixel repeats.
 *
 * The map is bilinear between the corners: over one plate it differs from a true perspective by
 * less than a pixel.
 */
export function rectify(picture: Picture, quad: Quad, size: Omit<Crop, 'rgb'>): Crop {
  const { widthPx, heightPx } = size
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  const cell = cellOf(quad, size)
  const sum = new Float64Array(3)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      sum.fill(0)
      for (const [dx, dy] of cell)
        addSample(picture, at(quad, (x + dx) / widthPx, (y + dy) / heightPx), sum)
      for (let c = 0; c < 3; c++) rgb[(y * widthPx + x) * 3 + c] = (sum[c] ?? 0) / cell.length + 0.5
    }
  }
  return { widthPx, heightPx, rgb }
}

/** Where in one pixel of the crop the picture is sampled: as often as it has pixels there. */
function cellOf(quad: Quad, { widthPx, heightPx }: Omit<Crop, 'rgb'>): readonly Corner[] {
  const source = sizeOf(quad)
  const columns = clamp(Math.round(source.widthPx / widthPx), 1, samplesMax)
  const rows = clamp(Math.round(source.heightPx / heightPx), 1, samplesMax)
  return Array.from({ length: columns * rows }, (_, i) => [
    ((i % columns) + 0.5) / columns,
    (Math.floor(i / columns) + 0.5) / rows,
  ])
}

/** Adds the colour at a point, mixed from its four pixels. */
function addSample(picture: Picture, [px, py]: readonly [number, number], sum: Float64Array): void {
  const x = clamp(px - 0.5, 0, picture.widthPx - 1)
  const y = clamp(py - 0.5, 0, picture.heightPx - 1)
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - x0, y - y0]
  const right = x0 + 1 < picture.widthPx ? 3 : 0
  const down = y0 + 1 < picture.heightPx ? picture.widthPx * 3 : 0
  const base = (y0 * picture.widthPx + x0) * 3
  for (let c = 0; c < 3; c++) {
    const i = base + c
    const top = mix(picture.rgb[i], picture.rgb[i + right], fx)
    const bottom = mix(picture.rgb[i + down], picture.rgb[i + down + right], fx)
    sum[c] = (sum[c] ?? 0) + mix(top, bottom, fy)
  }
}

function mix(a: number | undefined, b: number | undefined, share: number): number {
  return (a ?? 0) * (1 - share) + (b ?? 0) * share
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
