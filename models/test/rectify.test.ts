import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyUpright } from '../src/copy-upright.ts'
import { homographyOnto } from '../src/homography.ts'
import type { Picture } from '../src/picture.ts'
import type { Quad } from '../src/quad.ts'
import { rectifyInto, strip, stripPx } from '../src/rectify.ts'
import { planesOf } from '../src/shrink-rows.ts'
import { warpInto } from '../src/warp.ts'

const box = (left: number, top: number, width: number, height: number): Quad => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
]
const whole = { left: 0, top: 0, right: 1, bottom: 1 }

function greyOf(widthPx: number, heightPx: number, byteAt: (x: number, y: number) => number) {
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      rgb.fill(byteAt(x, y), (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3)
  return { widthPx, heightPx, rgb, scale: 1 } satisfies Picture
}

/** What `warpInto` makes of a quad, in bytes of the red plane. */
function warped(picture: Picture, quad: Quad, widthPx: number, heightPx: number, count = 1) {
  const all = new Float32Array(3 * widthPx * heightPx)
  const planes = planesOf(all, widthPx * heightPx)
  const target = { planes, offset: 0, rowPx: widthPx, widthPx, heightPx }
  const samples = { columns: count, rows: count }
  warpInto(picture, homographyOnto(quad), { window: whole, target, samples })
  return [...planes.red].map((value) => value * 255)
}

describe('the perspective', () => {
  const near = fc.double({ min: -15, max: 15, noNaN: true })
  const corner = fc.tuple(near, near)

  test('takes the corners of the unit square to the corners of the quad', () => {
    fc.assert(
      fc.property(fc.tuple(corner, corner, corner, corner), (moves) => {
        const square = box(100, 100, 120, 60)
        const quad = square.map(([x, y], i) => [
          x + (moves[i]?.[0] ?? 0),
          y + (moves[i]?.[1] ?? 0),
        ]) as unknown as Quad
        const { a, b, c, d, e, f, g, h } = homographyOnto(quad)
        for (const [i, [u, v]] of box(0, 0, 1, 1).entries()) {
          const scale = 1 / (g * u + h * v + 1)
          expect((a * u + b * v + c) * scale).toBeCloseTo(quad[i]?.[0] ?? 0, 6)
          expect((d * u + e * v + f) * scale).toBeCloseTo(quad[i]?.[1] ?? 0, 6)
        }
      }),
    )
  })

  test('of four corners on one point is no number gone wild', () => {
    const { g, h } = homographyOnto(box(5, 5, 0, 0))
    expect([g, h]).toEqual([0, 0])
  })
})

describe('a cut-out', () => {
  const noise = greyOf(40, 30, (x, y) => (x * 37 + y * 91) % 256)

  test('as large as its piece copies it', () => {
    const found = warped(noise, box(4, 6, 8, 4), 8, 4)
    const expected = Array.from({ length: 32 }, (_, i) => {
      const [x, y] = [4 + (i % 8), 6 + Math.floor(i / 8)]
      return (x * 37 + y * 91) % 256
    })
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 2)
  })

  test('smaller than its piece averages every pixel', () => {
    const stripes = greyOf(40, 30, (x) => (x % 2 === 0 ? 100 : 200))
    const found = warped(stripes, box(0, 0, 32, 16), 8, 4, 4)
    for (const value of found) expect(value).toBeCloseTo(150, 3)
  })

  test('over the edge of the picture repeats its last pixels', () => {
    const half = greyOf(10, 10, (x) => (x < 5 ? 0 : 255))
    const found = warped(half, box(-20, -20, 50, 50), 10, 10)
    expect(found.slice(0, 4)).toEqual([0, 0, 0, 0])
    for (const value of found.slice(-4)) expect(value).toBeCloseTo(255, 3)
  })
})

describe('an upright close-up', () => {
  const noise = greyOf(60, 40, (x, y) => (x * 37 + y * 91) % 256)
  const place = fc.record({
    left: fc.double({ min: -30, max: 60, noNaN: true }),
    top: fc.double({ min: -30, max: 40, noNaN: true }),
    widthPx: fc.double({ min: 2, max: 90, noNaN: true }),
    heightPx: fc.double({ min: 2, max: 60, noNaN: true }),
  })

  test('is the same as by the general way', () => {
    fc.assert(
      fc.property(place, (from) => {
        const planes = planesOf(new Float32Array(3 * 16 * 8), 16 * 8)
        copyUpright(noise, from, { planes, offset: 0, rowPx: 16, widthPx: 16, heightPx: 8 })
        const quad = box(from.left, from.top, from.widthPx, from.heightPx)
        for (const [i, value] of warped(noise, quad, 16, 8).entries())
          expect((planes.red[i] ?? 0) * 255).toBeCloseTo(value, 1)
      }),
    )
  })
})

describe('the strip the recogniser sees', () => {
  const rowOf = (rows: 1 | 2, picture: Picture, quad: Quad) => {
    const planes = planesOf(new Float32Array(3 * stripPx), stripPx)
    rectifyInto(picture, quad, rows, planes)
    const middle = (strip.heightPx / 2) * strip.widthPx
    return [...planes.green.subarray(middle, middle + strip.widthPx)].map((value) => value * 255)
  }

  test('holds the whole plate of one row and a little round it', () => {
    const plate = greyOf(200, 80, (x) => (x >= 50 && x < 150 ? 200 : 0))
    const row = rowOf(1, plate, box(50, 20, 100, 32))
    expect(row.slice(0, 2).every((value) => value < 50)).toBe(true)
    expect(row.slice(4, 124).every((value) => Math.abs(value - 200) < 1)).toBe(true)
    expect(row.slice(-2).every((value) => value < 50)).toBe(true)
  })

  test('shows the upper of two rows at the left, the lower at the right', () => {
    const plate = greyOf(200, 140, (_, y) => (y < 20 + 0.4 * 100 ? 40 : 220))
    const row = rowOf(2, plate, box(0, 20, 200, 100))
    expect(row.slice(0, 48).every((value) => Math.abs(value - 40) < 1)).toBe(true)
    expect(row.slice(48).every((value) => Math.abs(value - 220) < 1)).toBe(true)
  })
})
