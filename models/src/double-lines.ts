import type { Picture } from './picture.ts'

/**
 * Old cameras store one field of two: 704 × 288, 640 × 240 pixels, each twice as high as wide. A
 * field of PAL has 312 lines at most (ITU-R BT.470), 288 of which hold the picture.
 */
const field = { linesMax: 312, ratioMin: 2.3 } as const

/** Whether a picture's own size, before it was shrunk, is that of a field: half the lines. */
export function isField({ widthPx, heightPx, scale }: Picture): boolean {
  return heightPx * scale <= field.linesMax && widthPx >= field.ratioMin * heightPx
}

/** Every line twice, so that what is seen has its own shape again. */
export function withLinesDoubled({ widthPx, heightPx, rgb, scale }: Picture): Picture {
  const lineBytes = widthPx * 3
  const doubled = new Uint8Array(2 * heightPx * lineBytes)
  for (let y = 0; y < heightPx; y++) {
    const line = rgb.subarray(y * lineBytes, (y + 1) * lineBytes)
    doubled.set(line, 2 * y * lineBytes)
    doubled.set(line, (2 * y + 1) * lineBytes)
  }
  return { widthPx, heightPx: 2 * heightPx, rgb: doubled, scale }
}
