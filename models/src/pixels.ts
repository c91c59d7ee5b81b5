import { at, memory } from './kernel/kernel.ts'

/**
 * A rectangle in a picture as the networks take it: four bytes a pixel, red, green, blue and one
 * that says nothing, rows from the top.
 */
export type Target = {
  readonly bytes: Uint8Array
  /** Where the rectangle's first pixel stands, in pixels. */
  readonly offset: number
  /** Pixels from one row of `bytes` to the next. */
  readonly rowPx: number
  readonly widthPx: number
  readonly heightPx: number
}

export const pixelBytes = 4

/** Copies what the kernel made, its rows without gaps, into the target. */
export function takeMade({ bytes, offset, rowPx, widthPx, heightPx }: Target): void {
  const rowBytes = widthPx * pixelBytes
  for (let y = 0; y < heightPx; y++) {
    const from = at.made + y * rowBytes
    bytes.set(memory.subarray(from, from + rowBytes), (offset + y * rowPx) * pixelBytes)
  }
}
