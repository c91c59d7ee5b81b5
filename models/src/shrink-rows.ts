/**
 * One row of a picture made smaller, by factor, into four bytes a pixel; halving, which most frames
 * need, is the kernel's. The colours are written out: a loop over the three takes four times as
 * long. Indices stay inside by the sizes, so what they find is a number.
 */

/** Where a row comes from, in bytes, and where it goes to and how long it is, in pixels. */
export type RowPlace = {
  readonly from: number
  readonly rowBytes: number
  readonly to: number
  readonly count: number
}

export function copyRow(rgb: Uint8Array, pixels: Uint8Array, place: RowPlace): void {
  let at = place.from
  for (let to = place.to * 4; to < (place.to + place.count) * 4; to += 4, at += 3) {
    pixels[to] = rgb[at] as number
    pixels[to + 1] = rgb[at + 1] as number
    pixels[to + 2] = rgb[at + 2] as number
  }
}

/** The mean of `factor` × `factor` pixels, for whole factors. */
export function boxRow(rgb: Uint8Array, pixels: Uint8Array, place: RowPlace, factor: number): void {
  const share = 1 / (factor * factor)
  const toNextRow = place.rowBytes - factor * 3
  for (let i = 0; i < place.count; i++) {
    let r = 0
    let g = 0
    let b = 0
    let at = place.from + i * factor * 3
    for (let row = 0; row < factor; row++, at += toNextRow) {
      for (let column = 0; column < factor; column++, at += 3) {
        r += rgb[at] as number
        g += rgb[at + 1] as number
        b += rgb[at + 2] as number
      }
    }
    const to = (place.to + i) * 4
    pixels[to] = r * share + 0.5
    pixels[to + 1] = g * share + 0.5
    pixels[to + 2] = b * share + 0.5
  }
}

/** Source pixels that a smaller one covers when made less than two times smaller, at most. */
export const tapsMax = 3
/** For every pixel of a line or column the first it covers, and how much of each of three. */
export type Taps = { readonly first: Int32Array; readonly weights: Float32Array }

export function tapsOf(fromPx: number, toPx: number, factor: number): Taps {
  const first = new Int32Array(toPx)
  const weights = new Float32Array(toPx * tapsMax)
  for (let i = 0; i < toPx; i++) {
    const [begin, end] = [i * factor, (i + 1) * factor]
    const start = Math.max(0, Math.min(Math.floor(begin), fromPx - tapsMax))
    first[i] = start
    for (let tap = 0; tap < tapsMax; tap++) {
      const covered = Math.min(end, start + tap + 1) - Math.max(begin, start + tap)
      weights[i * tapsMax + tap] = Math.max(0, covered) / factor
    }
  }
  return { first, weights }
}

/** Mixes three rows of bytes into one line of 0 to 255. */
export function mixRows(
  rgb: Uint8Array,
  place: Pick<RowPlace, 'from' | 'rowBytes'>,
  weights: Float32Array,
  line: Float32Array,
): void {
  const [w0 = 0, w1 = 0, w2 = 0] = weights
  let a = place.from
  let b = a + place.rowBytes
  let c = b + place.rowBytes
  for (let i = 0; i < line.length; i++) {
    line[i] = (rgb[a] as number) * w0 + (rgb[b] as number) * w1 + (rgb[c] as number) * w2
    a += 1
    b += 1
    c += 1
  }
}

/** Mixes three pixels of a line into each of a row, which begins at the pixel `to`. */
export function mixLine(line: Float32Array, taps: Taps, pixels: Uint8Array, to: number): void {
  const { first, weights } = taps
  for (let i = 0; i < first.length; i++) {
    const at = (first[i] as number) * 3
    const w0 = weights[i * 3] as number
    const w1 = weights[i * 3 + 1] as number
    const w2 = weights[i * 3 + 2] as number
    const r = (line[at] as number) * w0 + (line[at + 3] as number) * w1
    const g = (line[at + 1] as number) * w0 + (line[at + 4] as number) * w1
    const b = (line[at + 2] as number) * w0 + (line[at + 5] as number) * w1
    const pixel = (to + i) * 4
    pixels[pixel] = r + (line[at + 6] as number) * w2 + 0.5
    pixels[pixel + 1] = g + (line[at + 7] as number) * w2 + 0.5
    pixels[pixel + 2] = b + (line[at + 8] as number) * w2 + 0.5
  }
}
