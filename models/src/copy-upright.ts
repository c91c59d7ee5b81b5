import type { Picture } from './picture.ts'
import type { PlanarTarget } from './warp.ts'

/**
 * Fills a target with an upright rectangle of a picture, 0 to 1, one sample a pixel. It is what
 * `warpInto` would do; but columns and their shares are the same in every row, so it takes a
 * third of the time. Indices are clamped to the picture, so what they find is a number.
 *
 * @param from - The rectangle in pixels of the picture; it may reach over the edge.
 */
export function copyUpright(picture: Picture, from: Rectangle, target: PlanarTarget): void {
  const { widthPx, heightPx } = target
  const columns = spread(from.left, from.widthPx / widthPx, widthPx, picture.widthPx)
  const rows = spread(from.top, from.heightPx / heightPx, heightPx, picture.heightPx)
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < heightPx; y++) {
    const top = (rows.first[y] as number) * rowBytes
    const lines = { top, bottom: (rows.second[y] as number) * rowBytes, share: rows.share[y] ?? 0 }
    mixUpright(picture.rgb, lines, columns, target, target.offset + y * target.rowPx)
  }
}

export type Rectangle = {
  readonly left: number
  readonly top: number
  readonly widthPx: number
  readonly heightPx: number
}

/** For every target pixel the two source pixels it lies between, and the second one's share. */
type Spread = {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly share: Float32Array
}

function spread(start: number, stepPx: number, count: number, sidePx: number): Spread {
  const first = new Int32Array(count)
  const second = new Int32Array(count)
  const share = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const at = Math.min(Math.max(start + (i + 0.5) * stepPx - 0.5, 0), sidePx - 1)
    first[i] = Math.floor(at)
    second[i] = Math.min(Math.floor(at) + 1, sidePx - 1)
    share[i] = at - Math.floor(at)
  }
  return { first, second, share }
}

type Lines = { readonly top: number; readonly bottom: number; readonly share: number }

function mixUpright(
  rgb: Uint8Array,
  { top, bottom, share }: Lines,
  columns: Spread,
  { planes: { red, green, blue } }: PlanarTarget,
  start: number,
): void {
  for (let x = 0; x < columns.first.length; x++) {
    const left = (columns.first[x] as number) * 3
    const right = (columns.second[x] as number) * 3
    const across = columns.share[x] as number
    const w11 = (across * share) / 255
    const w10 = share / 255 - w11
    const w01 = across / 255 - w11
    const w00 = 1 / 255 - w01 - w10 - w11
    const i00 = top + left
    const i01 = top + right
    const i10 = bottom + left
    const i11 = bottom + right
    const r = (rgb[i00] as number) * w00 + (rgb[i01] as number) * w01
    red[start + x] = r + (rgb[i10] as number) * w10 + (rgb[i11] as number) * w11
    const g = (rgb[i00 + 1] as number) * w00 + (rgb[i01 + 1] as number) * w01
    green[start + x] = g + (rgb[i10 + 1] as number) * w10 + (rgb[i11 + 1] as number) * w11
    const b = (rgb[i00 + 2] as number) * w00 + (rgb[i01 + 2] as number) * w01
    blue[start + x] = b + (rgb[i10 + 2] as number) * w10 + (rgb[i11 + 2] as number) * w11
  }
}
