import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyUpright } from '../src/copy-upright.ts'
import { halvesOf } from '../src/halves.ts'
import { homographyOnto } from '../src/homography.ts'
import type { Picture } from '../src/picture.ts'
import { pixelBytes } from '../src/pixels.ts'
import type { Quad } from '../src/quad.ts'
import { rectifyInto, strip, stripPx } from '../src/rectify.ts'
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

/** The bytes of one colour. */
function colourOf(bytes: Uint8Array, colour: number): number[] {
  return [...bytes.filter((_, i) => i % pixelBytes === colour)]
}

function targetOf(widthPx: number, heightPx: number) {
  const bytes = new Uint8Array(widthPx * heightPx * pixelBytes)
  return { bytes, offset: 0, rowPx: widthPx, widthPx, heightPx }
}

/** What `warpInto` makes of a quad, in bytes of red. */
function warped(picture: Picture, quad: Quad, widthPx: number, heightPx: number, count = 1) {
  const target = targetOf(widthPx, heightPx)
  const samples = { columns: count, rows: count }
  warpInto(picture, homographyOnto(quad), { window: whole, target, samples })
  return colourOf(target.bytes, 0)
}

/** The same in plain numbers, sample after sample. */
function mixedPlainly(picture: Picture, quad: Quad, widthPx: number, heightPx: number, count = 1) {
  const { a, b, c, d, e, f, g, h } = homographyOnto(quad)
  const byteAt = (x: number, y: number) => picture.rgb[(y * picture.widthPx + x) * 3] ?? Number.NaN
  const sampleAt = (u: number, v: number) => {
    const depth = g * u + h * v + 1
    const within = (place: number, sidePx: number) => Math.min(Math.max(place, 0), sidePx - 1)
    const x = within((a * u + b * v + c) / depth - 0.5, picture.widthPx)
    const y = within((d * u + e * v + f) / depth - 0.5, picture.heightPx)
    const [x0, y0] = [Math.floor(x), Math.floor(y)]
    const [x1, y1] = [Math.ceil(x), Math.ceil(y)]
    const upper = byteAt(x0, y0) * (1 - x + x0) + byteAt(x1, y0) * (x - x0)
    const lower = byteAt(x0, y1) * (1 - x + x0) + byteAt(x1, y1) * (x - x0)
    return upper * (1 - y + y0) + lower * (y - y0)
  }
  return Array.from({ length: widthPx * heightPx }, (_, i) => {
    let sum = 0
    for (let row = 0; row < count; row++)
      for (let column = 0; column < count; column++) {
        const u = ((i % widthPx) + (column + 0.5) / count) / widthPx
        const v = (Math.floor(i / widthPx) + (row + 0.5) / count) / heightPx
        sum += sampleAt(u, v)
      }
    return sum / (count * count)
  })
}

/** Half a 128th of a pixel off in both directions, of numbers that differ by all there is; and rounding. */
const offMax = 2.6

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
    expect(found).toEqual(expected)
  })

  test('smaller than its piece averages every pixel', () => {
    const stripes = greyOf(40, 30, (x) => (x % 2 === 0 ? 100 : 200))
    const found = warped(stripes, box(0, 0, 32, 16), 8, 4, 4)
    expect(found.every((value) => value === 150)).toBe(true)
  })

  test('over the edge of the picture repeats its last pixels', () => {
    const half = greyOf(10, 10, (x) => (x < 5 ? 0 : 255))
    const found = warped(half, box(-20, -20, 50, 50), 10, 10)
    expect(found.slice(0, 4)).toEqual([0, 0, 0, 0])
    expect(found.slice(-4)).toEqual([255, 255, 255, 255])
  })

  test('is mixed as plain numbers would be, however it leans, in the picture or over its edge', () => {
    const near = fc.double({ min: -9, max: 9, noNaN: true })
    const corner = fc.tuple(near, near)
    const corners = fc.tuple(corner, corner, corner, corner)
    fc.assert(
      fc.property(corners, near, near, fc.integer({ min: 1, max: 3 }), (moves, dx, dy, count) => {
        const quad = box(5 + dx, 4 + dy, 30, 22).map(([x, y], i) => [
          x + (moves[i]?.[0] ?? 0),
          y + (moves[i]?.[1] ?? 0),
        ]) as unknown as Quad
        const expected = mixedPlainly(noise, quad, 12, 6, count)
        for (const [i, value] of warped(noise, quad, 12, 6, count).entries())
          expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(offMax)
      }),
    )
  })

  test('keeps its three colours apart', () => {
    const rgb = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => [10, 120, 250][i % 3] ?? 0)
    const target = targetOf(8, 4)
    const job = { window: whole, target, samples: { columns: 2, rows: 1 } }
    warpInto({ widthPx: 40, heightPx: 30, rgb, scale: 1 }, homographyOnto(box(3, 3, 20, 9)), job)
    expect([0, 1, 2].map((colour) => colourOf(target.bytes, colour)[17])).toEqual([10, 120, 250])
  })

  test('of more of a picture than the kernel holds is made in parts, the same as of one', () => {
    const large = greyOf(3_000, 1_000, (x, y) => (x >> 4) + (y >> 4))
    const quad = [
      [20, 30],
      [2_950, 60],
      [2_900, 980],
      [60, 900],
    ] as const
    const found = warped(large, quad, 24, 8, 2)
    const expected = mixedPlainly(large, quad, 24, 8, 2)
    for (const [i, value] of found.entries())
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(offMax)
  })

  test('is made in parts that show as little as they can of a leaning plate', () => {
    const target = { bytes: new Uint8Array(0), offset: 5, rowPx: 200, widthPx: 192, heightPx: 96 }
    const samples = { columns: 1, rows: 1 }
    const [left, right] = halvesOf({ window: whole, target, samples })
    expect(left).toMatchObject({ window: { right: 0.5 }, target: { offset: 5, widthPx: 96 } })
    expect(right).toMatchObject({ window: { left: 0.5 }, target: { offset: 101, widthPx: 96 } })
    const [upper, lower] = halvesOf({ ...left, target: { ...left.target, widthPx: 90 } })
    expect(upper.target).toMatchObject({ offset: 5, widthPx: 90, heightPx: 48 })
    expect(lower.target).toMatchObject({ offset: 5 + 48 * 200, widthPx: 90, heightPx: 48 })
  })

  test('along corners that make no plate is something, and no error', () => {
    const large = greyOf(2_500, 1_200, (x) => x & 255)
    const crossed = [
      [0, 0],
      [2_500, 1_200],
      [2_500, 0],
      [0, 1_200],
    ] as const
    expect(warped(large, crossed, 16, 8)).toHaveLength(128)
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
        const target = targetOf(16, 8)
        copyUpright(noise, from, target)
        const quad = box(from.left, from.top, from.widthPx, from.heightPx)
        const copied = colourOf(target.bytes, 0)
        for (const [i, value] of warped(noise, quad, 16, 8).entries())
          expect(Math.abs((copied[i] ?? Number.NaN) - value)).toBeLessThan(offMax)
      }),
    )
  })
})

describe('the strip the recogniser sees', () => {
  const rowOf = (rows: 1 | 2, picture: Picture, quad: Quad) => {
    const bytes = new Uint8Array(stripPx * pixelBytes)
    rectifyInto(picture, quad, rows, bytes)
    const middle = (strip.heightPx / 2) * strip.widthPx
    return colourOf(bytes, 1).slice(middle, middle + strip.widthPx)
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
