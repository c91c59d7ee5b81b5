/**
 * One row of a picture made smaller, by factor. These loops run over every pixel of every frame,
 * so each is written out: a loop over the three colours takes four times as long. Indices stay
 * inside by the sizes, so what they find is a number.
 */

/** Three planes of one size, as a network takes them. */
export type Planes = {
  readonly red: Float32Array
  readonly green: Float32Array
  readonly blue: Float32Array
}

export function planesOf(all: Float32Array, planePx: number): Planes {
  return {
    red: all.subarray(0, planePx),
    green: all.subarray(planePx, 2 * planePx),
    blue: all.subarray(2 * planePx, 3 * planePx),
  }
}

/** Where a row comes from and goes to: `from` and `rowBytes` in bytes, `to` and `count` in pixels. */
export type RowPlace = {
  readonly from: number
  readonly rowBytes: number
  readonly to: number
  readonly count: number
}

export function copyRow(rgb: Uint8Array, { red, green, blue }: Planes, place: RowPlace): void {
  const share = 1 / 255
  const end = place.to + place.count
  for (let to = place.to, at = place.from; to < end; to++, at += 3) {
    red[to] = (rgb[at] as number) * share
    green[to] = (rgb[at + 1] as number) * share
    blue[to] = (rgb[at + 2] as number) * share
  }
}

export function halveRow(rgb: Uint8Array, { red, green, blue }: Planes, place: RowPlace): void {
  const share = 1 / (4 * 255)
  const end = place.to + place.count
  let a = place.from
  let b = a + place.rowBytes
  for (let to = place.to; to < end; to++) {
    const top = (rgb[a] as number) + (rgb[a + 3] as number)
    red[to] = (top + (rgb[b] as number) + (rgb[b + 3] as number)) * share
    const middle = (rgb[a + 1] as number) + (rgb[a + 4] as number)
    green[to] = (middle + (rgb[b + 1] as number) + (rgb[b + 4] as number)) * share
    const last = (rgb[a + 2] as number) + (rgb[a + 5] as number)
    blue[to] = (last + (rgb[b + 2] as number) + (rgb[b + 5] as number)) * share
    a += 6
    b += 6
  }
}

/** The mean of `factor` × `factor` pixels, for whole factors. */
export function boxRow(rgb: Uint8Array, planes: Planes, place: RowPlace, factor: number): void {
  const { red, green, blue } = planes
  const share = 1 / (255 * factor * factor)
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
    red[place.to + i] = r * share
    green[place.to + i] = g * share
    blue[place.to + i] = b * share
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

/** Mixes three rows of bytes into one line of 0 to 1. */
export function mixRows(
  rgb: Uint8Array,
  place: Pick<RowPlace, 'from' | 'rowBytes'>,
  weights: Float32Array,
  line: Float32Array,
): void {
  const [w0 = 0, w1 = 0, w2 = 0] = weights
  const [s0, s1, s2] = [w0 / 255, w1 / 255, w2 / 255]
  let a = place.from
  let b = a + place.rowBytes
  let c = b + place.rowBytes
  for (let i = 0; i < line.length; i++) {
    line[i] = (rgb[a] as number) * s0 + (rgb[b] as number) * s1 + (rgb[c] as number) * s2
    a += 1
    b += 1
    c += 1
  }
}

/** Mixes three pixels of a line into each of a row. */
export function mixLine(line: Float32Array, taps: Taps, planes: Planes, to: number): void {
  const { red, green, blue } = planes
  const { first, weights } = taps
  for (let i = 0; i < first.length; i++) {
    const at = (first[i] as number) * 3
    const w0 = weights[i * 3] as number
    const w1 = weights[i * 3 + 1] as number
    const w2 = weights[i * 3 + 2] as number
    red[to + i] =
      (line[at] as number) * w0 + (line[at + 3] as number) * w1 + (line[at + 6] as number) * w2
    green[to + i] =
      (line[at + 1] as number) * w0 + (line[at + 4] as number) * w1 + (line[at + 7] as number) * w2
    blue[to + i] =
      (line[at + 2] as number) * w0 + (line[at + 5] as number) * w1 + (line[at + 8] as number) * w2
  }
}
