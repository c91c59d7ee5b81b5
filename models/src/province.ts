import { provinceCount } from './alphabet.ts'
import { homographyOnto } from './homography.ts'
import { loadNetwork } from './network.ts'
import type { Picture } from './picture.ts'
import { pixelBytes } from './pixels.ts'
import type { PlateText } from './plate-texts.ts'
import { distance, type Quad } from './quad.ts'
import { type UnitWindow, warpInto } from './warp.ts'

/** What a close look at the province says: logarithms of probabilities in the alphabet's order. */
export type ProvinceSight = {
  /** Which character it is: the first, or the third after WJ. */
  readonly at: 0 | 2
  readonly log: Float32Array
}

/** A plate's corners, its rows, and which character is looked at. */
export type ProvinceView = {
  readonly quad: Quad
  readonly rows: 1 | 2
  readonly at: ProvinceSight['at']
}

export type ProvinceReader = {
  /** Looks at the provinces of one place's views, at most `provinceViewsMax`, in their order. */
  look(picture: Picture, views: readonly ProvinceView[]): Promise<readonly ProvinceSight[]>
  close(): Promise<void>
}

/** Views looked at in one run: as many as one place is read in. */
export const provinceViewsMax = 8

/** Pixels a side: a province fills twice as many as in the strip that the recogniser sees. */
export const sidePx = 48
export const squarePx = sidePx * sidePx
/** Samples a side that one pixel is averaged from, at most. */
const samplesMax = 3
/**
 * Where a province stands, with room for corners that are off: the windows of training
 * (`WINDOWS` in models/training/province/window.py).
 */
const windows = {
  first: { left: -0.03, top: -0.04, right: 0.19, bottom: 1.04 },
  above: { left: 0.12, top: -0.03, right: 0.5, bottom: 0.47 },
  third: { left: 0.2, top: 0.2, right: 0.4, bottom: 1 },
} as const satisfies Record<string, UnitWindow>

/** Our own reader of provinces: sees one character, but that larger than the recogniser does. */
export async function createProvinceReader(onnx: Uint8Array): Promise<ProvinceReader> {
  const network = await loadNetwork(onnx, { input: 'province', outputs: ['provinces'] })
  const squareBytes = squarePx * pixelBytes
  const buffer = new Uint8Array(provinceViewsMax * squareBytes)

  return {
    async look(picture, views) {
      const used = views.slice(0, provinceViewsMax)
      for (const [index, view] of used.entries())
        provinceInto(picture, view, buffer.subarray(index * squareBytes))
      const input = buffer.subarray(0, used.length * squareBytes)
      const { provinces } = await network.run(input, [used.length, sidePx, sidePx])
      if (provinces.length !== used.length * provinceCount)
        throw new TypeError(`output provinces has ${provinces.length} values: export it again`)
      return used.map(({ at }, index) => ({
        at,
        log: provinces.subarray(index * provinceCount, (index + 1) * provinceCount),
      }))
    },
    close: () => network.close(),
  }
}

/** Cuts out the square round a province: its pixels, four bytes each. */
export function provinceInto(
  picture: Picture,
  { quad, rows, at }: ProvinceView,
  bytes: Uint8Array,
): void {
  const window = windows[at === 2 ? 'third' : rows === 2 ? 'above' : 'first']
  const [tl, tr, , bl] = quad
  const across = (distance(tl, tr) * (window.right - window.left)) / sidePx
  const down = (distance(tl, bl) * (window.bottom - window.top)) / sidePx
  const count = (ratio: number) => Math.min(samplesMax, Math.max(1, Math.round(ratio)))
  const samples = { columns: count(across), rows: count(down) }
  const size = { widthPx: sidePx, heightPx: sidePx, rowPx: sidePx }
  const target = { bytes, offset: 0, ...size }
  warpInto(picture, homographyOnto(quad), { window, target, samples })
}

/** Which character of a plate is its province; null where it has none. */
export function provinceAtOf({ text, classes }: Pick<PlateText, 'text' | 'classes'>) {
  const at = text.startsWith('WJ') ? 2 : 0
  return isProvince(classes[at]) ? at : null
}

/**
 * Logarithm of a plate's province. Of a plate that has none there nothing is said: it is as likely
 * as one with the likeliest province.
 */
export function provinceLogOf({ at, log }: ProvinceSight, classes: readonly number[]): number {
  const index = classes[at]
  return isProvince(index) ? (log[index - 1] ?? Number.NEGATIVE_INFINITY) : Math.max(...log)
}

/** The likeliest provinces' classes, best first. */
export function bestProvinces({ log }: ProvinceSight, count: number): readonly number[] {
  const order = [...log.keys()].sort((a, b) => (log[b] ?? 0) - (log[a] ?? 0))
  return order.slice(0, count).map((index) => index + 1)
}

/** Classes 1 to 31 of the alphabet. */
function isProvince(index: number | undefined): index is number {
  return index !== undefined && index >= 1 && index <= provinceCount
}
