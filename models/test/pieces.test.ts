import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreesWith, colourOf } from '../src/colour.ts'
import { findComponents } from '../src/components.ts'
import { confidenceOf, type Evidence, poolViews } from '../src/confidence.ts'
import { linesOf } from '../src/detect.ts'
import { minAreaRectangle } from '../src/min-area-rectangle.ts'
import { boundsOf, distance, grow, overlapOf, type Quad, sizeOf } from '../src/quad.ts'
import { rectify } from '../src/rectify.ts'
import { leanTo } from '../src/shear.ts'

const box = (left: number, top: number, width: number, height: number): Quad => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
]

/** A flat colour with characters' worth of another on it. */
function plateOf(ground: readonly number[], ink: readonly number[]) {
  const [widthPx, heightPx] = [96, 32]
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < widthPx * heightPx; i++) rgb.set(i % 4 === 0 ? ink : ground, i * 3)
  return { widthPx, heightPx, rgb }
}

describe('the colour of a plate', () => {
  test.each([
    ['blue', [20, 60, 160], [230, 230, 230]],
    ['blue', [70, 160, 220], [250, 250, 250]],
    ['yellow', [230, 180, 20], [20, 20, 20]],
    ['green', [90, 200, 130], [10, 10, 10]],
    ['white', [235, 235, 235], [10, 10, 10]],
    ['black', [15, 15, 15], [240, 240, 240]],
    [null, [110, 110, 112], [110, 110, 112]],
  ])('%s', (colour, ground, ink) => {
    expect(colourOf(plateOf(ground, ink))).toBe(colour)
  })

  test('contradicts a plate of another type, and is silent in doubt', () => {
    expect(agreesWith('blue', 'ordinary')).toBe(true)
    expect(agreesWith('blue', 'new_energy_small')).toBe(false)
    expect(agreesWith('green', 'ordinary')).toBe(false)
    expect(agreesWith('white', 'new_energy_small')).toBeNull()
    expect(agreesWith(null, 'ordinary')).toBeNull()
  })
})

describe('the confidence', () => {
  const pooled = (text: string, probability: number) =>
    ({ text, type: 'ordinary', probability }) as const
  const evidence = (probability: number): Evidence => ({
    best: pooled('皖A12345', probability),
    runnerUp: null,
    detection: 1,
    colourAgrees: true,
    heightPx: 40,
  })

  test('is a probability that no doubt ever raises', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(unit, unit, unit, (probability, rival, detection) => {
        const plain = confidenceOf(evidence(probability))
        const doubts: readonly Partial<Evidence>[] = [
          { runnerUp: pooled('皖A12346', rival * probability) },
          { detection },
          { colourAgrees: null },
          { colourAgrees: false },
          { heightPx: 12 },
        ]
        for (const doubt of doubts) {
          const doubted = confidenceOf({ ...evidence(probability), ...doubt })
          expect(doubted).toBeGreaterThanOrEqual(0)
          expect(doubted).toBeLessThanOrEqual(plain)
        }
      }),
    )
  })

  test('falls to a half when two views are sure of different plates', () => {
    const view = (text: string) => ({
      raw: text,
      plates: [{ text, type: 'ordinary', probability: 0.98, share: 1 } as const],
    })
    const [best] = poolViews([view('浙E28579'), view('皖E28579')])
    expect(best?.probability).toBeCloseTo(0.49, 5)
    expect(poolViews([view('浙E28579'), view('浙E28579')])[0]?.probability).toBeCloseTo(0.98, 5)
  })
})

describe('the geometry', () => {
  test('the smallest rectangle around a turned one is that one', () => {
    const angles = fc.double({ min: -0.7, max: 0.7, noNaN: true })
    fc.assert(
      fc.property(angles, fc.integer({ min: 20, max: 90 }), (angle, width) => {
        const turned = box(0, 0, width, 10).map(([x, y]) => {
          return [
            x * Math.cos(angle) - y * Math.sin(angle),
            x * Math.sin(angle) + y * Math.cos(angle),
          ] as const
        })
        const found = minAreaRectangle([...turned, [...(turned[0] ?? [0, 0])] as [number, number]])
        const size = found ? sizeOf(found) : { widthPx: 0, heightPx: 0 }
        expect(size.widthPx).toBeCloseTo(width, 6)
        expect(size.heightPx).toBeCloseTo(10, 6)
        for (const corner of turned)
          expect(Math.min(...(found ?? []).map((each) => distance(each, corner)))).toBeLessThan(
            1e-6,
          )
      }),
    )
  })

  test('fewer than three points, or all on one line, hold no rectangle', () => {
    expect(minAreaRectangle([])).toBeNull()
    expect(minAreaRectangle([[1, 1]])).toBeNull()
    expect(
      minAreaRectangle([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    ).toBeNull()
  })

  test('a margin is measured in heights of the plate', () => {
    const grown = grow(box(10, 20, 90, 30), { x: 0.2, y: 0.1 })
    const bounds = Object.values(boundsOf(grown)).map((value) => Math.round(value * 1e6) / 1e6)
    expect(bounds).toEqual([4, 17, 106, 53])
    expect(overlapOf(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1)
    expect(overlapOf(box(0, 0, 10, 10), box(20, 0, 10, 10))).toBe(0)
  })

  test('a rectangle leans with the ends of what is in it', () => {
    const points = Array.from(
      { length: 41 },
      (_, y) =>
        [
          [y * 0.5, y],
          [100 + y * 0.5, y],
        ] as const,
    )
    const [topLeft, , , bottomLeft] = leanTo(box(0, 0, 120, 40), points.flat())
    expect(bottomLeft[0] - topLeft[0]).toBeGreaterThan(15)
    expect(bottomLeft[0] - topLeft[0]).toBeLessThan(25)
  })

  test('a patch touching only by a corner is one, a gap makes two', () => {
    const data = Float32Array.from([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1])
    const found = findComponents({ widthPx: 4, heightPx: 3, data }, 0.5)
    expect(found.map((each) => each.cells).sort()).toEqual([2, 2])
  })

  test('a line of text comes back about as large as it was before the network shrank it', () => {
    const data = new Float32Array(100 * 40)
    for (let y = 15; y < 25; y++) data.fill(0.9, y * 100 + 20, y * 100 + 80)
    const [line, ...others] = linesOf({ widthPx: 100, heightPx: 40, data })
    expect(others).toEqual([])
    expect(line?.score).toBeCloseTo(0.9, 5)
    expect(sizeOf(line?.quad ?? box(0, 0, 0, 0))).toMatchObject({
      widthPx: expect.closeTo(73.7, 0),
      heightPx: expect.closeTo(23.7, 0),
    })
  })

  test('straightening a piece as large as its crop copies it', () => {
    const rgb = Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) => (i * 37) % 256)
    const picture = { widthPx: 8, heightPx: 4, rgb, scale: 1 }
    expect(rectify(picture, box(0, 0, 8, 4), { widthPx: 8, heightPx: 4 }).rgb).toEqual(rgb)
  })

  test('a crop smaller than its piece averages every pixel', () => {
    const rgb = Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) =>
      Math.floor(i / 3) % 2 ? 200 : 100,
    )
    const picture = { widthPx: 8, heightPx: 4, rgb, scale: 1 }
    const small = rectify(picture, box(0, 0, 8, 4), { widthPx: 4, heightPx: 2 })
    expect([...new Set(small.rgb)]).toEqual([150])
  })
})
