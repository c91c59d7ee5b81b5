import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Picture } from '../src/picture.ts'
import { pixelBytes } from '../src/pixels.ts'
import { gridPx, type Region, shrinkInto, sizesOf } from '../src/shrink.ts'

/** A picture whose every byte is told by its place. */
function pictureOf(
  widthPx: number,
  heightPx: number,
  byteAt: (x: number, y: number, colour: number) => number,
): Picture {
  const rgb = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return byteAt(pixel % widthPx, Math.floor(pixel / widthPx), i % 3)
  })
  return { widthPx, heightPx, rgb, scale: 1 }
}

/** In no picture here, and no padding. */
const unwritten = 199

function shrink(picture: Picture, factor: number, region?: Region) {
  const all = region ?? { left: 0, top: 0, ...picture }
  const { inner, frame } = sizesOf(all, factor)
  const bytes = new Uint8Array(pixelBytes * frame.widthPx * frame.heightPx).fill(unwritten)
  shrinkInto(picture, all, factor, bytes)
  const at = (x: number, y: number, colour: number) =>
    bytes[(y * frame.widthPx + x) * pixelBytes + colour] ?? Number.NaN
  return { inner, frame, bytes, at }
}

const factors = fc.oneof(
  fc.integer({ min: 1, max: 6 }),
  fc.double({ min: 1, max: 1.999, noNaN: true }),
)
const sides = fc.integer({ min: 6, max: 70 })

describe('a frame for the detector', () => {
  test('is whole cells of the grid, and every value of it is written', () => {
    fc.assert(
      fc.property(sides, sides, factors, (widthPx, heightPx, factor) => {
        const noise = pictureOf(widthPx, heightPx, (x, y, c) => (x * 31 + y * 17 + c * 7) % 190)
        const { inner, frame, bytes } = shrink(noise, factor)
        expect(frame.widthPx % gridPx).toBe(0)
        expect(frame.heightPx % gridPx).toBe(0)
        expect(inner.widthPx).toBe(Math.max(1, Math.floor(widthPx / factor)))
        expect(bytes.every((value, i) => value < unwritten || i % pixelBytes === 3)).toBe(true)
      }),
    )
  })

  test('of one colour stays that colour, each in its own byte', () => {
    fc.assert(
      fc.property(sides, sides, factors, (widthPx, heightPx, factor) => {
        const { inner, at } = shrink(
          pictureOf(widthPx, heightPx, (_x, _y, c) => [51, 102, 204][c] ?? 0),
          factor,
        )
        for (const [x, y] of [
          [0, 0],
          [inner.widthPx - 1, inner.heightPx - 1],
        ] as const) {
          expect([0, 1, 2].map((colour) => at(x, y, colour))).toEqual([51, 102, 204])
        }
      }),
    )
  })

  test.each([1, 2, 3, 1.25, 1.8])('averages a ramp to the middle of each box, by %d', (factor) => {
    const ramp = pictureOf(60, 40, (x, y) => x * 2 + y * 3)
    const { inner, at } = shrink(ramp, factor)
    for (let y = 0; y < inner.heightPx; y += 3)
      for (let x = 0; x < inner.widthPx; x += 3) {
        const middle = (x + 0.5) * factor * 2 - 1 + (y + 0.5) * factor * 3 - 1.5
        expect(Math.abs(at(x, y, 1) - middle)).toBeLessThan(Number.isInteger(factor) ? 0.51 : 1.2)
      }
  })

  test('shows only its region of the picture', () => {
    const marked = pictureOf(80, 60, (x, y) => (x >= 40 && y >= 20 ? 255 : 0))
    const { at } = shrink(marked, 2, { left: 40, top: 20, widthPx: 40, heightPx: 40 })
    expect(at(0, 0, 0)).toBe(255)
    expect(at(19, 19, 2)).toBe(255)
    expect(at(20, 0, 0)).toBe(115)
  })

  test('is not made by a factor that no row knows', () => {
    expect(() =>
      shrink(
        pictureOf(40, 40, () => 0),
        2.5,
      ),
    ).toThrow('a factor of 2.5')
  })
})
