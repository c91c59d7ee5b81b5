import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factorFor, lookAtAll, lookAtNear, tilesMax, tilesOf } from '../src/detect.ts'
import { cellPx, findPeaks, type PlateMaps, peaksMax } from '../src/peaks.ts'
import { boundsOf, centreOf, isPlateLike, overlapOf, type Quad } from '../src/quad.ts'
import { closeUpOf, fromCloseUp } from '../src/refine.ts'

const box = (left: number, top: number, width: number, height: number): Quad => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
]

/** Maps of one scene: plates at their cells, each `widthPx` wide and a third as high. */
function mapsOf(
  plates: readonly { x: number; y: number; score: number; widthPx?: number; twoRows?: number }[],
  size = { widthCells: 40, heightCells: 24 },
): PlateMaps {
  const cells = size.widthCells * size.heightCells
  const maps = {
    ...size,
    heat: new Float32Array(cells),
    corners: new Float32Array(8 * cells),
    rows: new Float32Array(cells),
  }
  for (const { x, y, score, widthPx = 60, twoRows = 0 } of plates) {
    const cell = y * size.widthCells + x
    maps.heat[cell] = score
    maps.rows[cell] = twoRows
    const quad = box(-widthPx / 2, -widthPx / 6, widthPx, widthPx / 3)
    for (const [i, value] of quad.flat().entries()) maps.corners[i * cells + cell] = value
  }
  return maps
}

describe('the peaks of the heat', () => {
  test('are plates with their corners, the surest first', () => {
    const found = findPeaks(
      mapsOf([
        { x: 10, y: 5, score: 0.6 },
        { x: 30, y: 20, score: 0.9, twoRows: 0.75 },
      ]),
      0.3,
    )
    expect(found.map(({ score }) => Math.round(score * 10))).toEqual([9, 6])
    expect(found[0]?.twoRows).toBe(0.75)
    expect(centreOf(found[0]?.quad ?? box(0, 0, 0, 0))).toEqual([30.5 * cellPx, 20.5 * cellPx])
    const { left, right } = boundsOf(found[0]?.quad ?? box(0, 0, 0, 0))
    expect(right - left).toBe(60)
  })

  test('are as its neighbours say too, the hotter the more', () => {
    const maps = mapsOf([
      { x: 10, y: 5, score: 0.8, widthPx: 60 },
      { x: 11, y: 5, score: 0.4, widthPx: 60 },
      { x: 9, y: 5, score: 0.1, widthPx: 60 },
    ])
    const [plate] = findPeaks(maps, 0.3)
    expect(plate?.quad[0][0]).toBeCloseTo(10.5 * cellPx + cellPx / 5 - 30, 4)
  })

  test('of neighbouring cells is one, also where both are as hot', () => {
    const pair = [
      { x: 10, y: 5, score: 0.7 },
      { x: 11, y: 6, score: 0.7 },
    ]
    expect(findPeaks(mapsOf(pair), 0.3)).toHaveLength(1)
  })

  test('of one plate seen twice is the surer one', () => {
    const twice = [
      { x: 10, y: 5, score: 0.7, widthPx: 100 },
      { x: 12, y: 5, score: 0.8, widthPx: 100 },
    ]
    const found = findPeaks(mapsOf(twice), 0.3)
    expect(found).toHaveLength(1)
    expect(found[0]?.score).toBeCloseTo(0.8, 5)
  })

  test('too cool or too narrow are none', () => {
    const maps = mapsOf([
      { x: 5, y: 5, score: 0.29 },
      { x: 30, y: 5, score: 0.9, widthPx: 6 },
    ])
    expect(findPeaks(maps, 0.3)).toEqual([])
  })

  test('never are more than the limit, however noisy the picture', () => {
    const wall = Array.from({ length: 400 }, (_, i) => ({
      x: (i % 20) * 2,
      y: Math.floor(i / 20) * 2,
      score: 0.5 + i / 1000,
      widthPx: 12,
    }))
    const found = findPeaks(mapsOf(wall, { widthCells: 41, heightCells: 41 }), 0.3)
    expect(found).toHaveLength(peaksMax)
    expect(found[0]?.score).toBeCloseTo(0.899, 5)
  })
})

describe('the looks at a picture', () => {
  test.each([
    [640, 480, 1],
    [800, 600, 1.25],
    [1_280, 720, 2],
    [1_024, 768, 1.6],
    [720, 1_160, 2],
    [1_920, 1_080, 2],
    [2_560, 1_440, 3],
    [4_096, 3_072, 5],
  ])('%d × %d is shrunk %d times', (widthPx, heightPx, factor) => {
    expect(factorFor({ widthPx, heightPx })).toBe(factor)
  })

  const sizes = fc.record({
    widthPx: fc.integer({ min: 1, max: 4_096 }),
    heightPx: fc.integer({ min: 1, max: 4_096 }),
  })

  test('in tiles miss no pixel, are finer than the first, and are not many', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (picture, column, row) => {
        const tiles = tilesOf(picture)
        expect(tiles.length).toBeLessThanOrEqual(tilesMax)
        if (tiles.length === 0) return
        const [x, y] = [column % picture.widthPx, row % picture.heightPx]
        const seen = tiles.some(
          ({ region: { left, top, widthPx, heightPx } }) =>
            x >= left && x < left + widthPx && y >= top && y < top + heightPx,
        )
        expect(seen).toBe(true)
        expect(tiles[0]?.factor).toBeLessThan(factorFor(picture))
      }),
    )
    expect(tilesOf({ widthPx: 640, heightPx: 480 })).toEqual([])
    expect(tilesOf({ widthPx: 1_920, heightPx: 1_080 }).length).toBeGreaterThan(3)
    expect(tilesOf({ widthPx: 4_096, heightPx: 3_072 }).length).toBeGreaterThan(3)
  })

  test('never are larger than 960 pixels, and the far one is small', () => {
    fc.assert(
      fc.property(sizes, (picture) => {
        const longSidePx = Math.max(picture.widthPx, picture.heightPx)
        expect(longSidePx / lookAtAll(picture).factor).toBeLessThanOrEqual(960)
        expect(longSidePx / lookAtNear(picture).factor).toBeLessThanOrEqual(224)
      }),
    )
  })
})

describe('the geometry', () => {
  const inCloseUp = (quad: Quad) => {
    const place = closeUpOf(quad)
    const [origin, right] = [fromCloseUp(place, 0, 0), fromCloseUp(place, 192, 0)]
    const below = fromCloseUp(place, 0, 96)
    const along = (corner: readonly [number, number], to: readonly [number, number]) => {
      const [dx, dy] = [to[0] - origin[0], to[1] - origin[1]]
      return ((corner[0] - origin[0]) * dx + (corner[1] - origin[1]) * dy) / (dx * dx + dy * dy)
    }
    return quad.map((corner) => [along(corner, right), along(corner, below)] as const)
  }

  test('a close-up holds the plate level in its middle with room on all sides', () => {
    const lean = fc.double({ min: -0.7, max: 0.7, noNaN: true })
    const sides = fc.tuple(fc.integer({ min: 20, max: 400 }), fc.integer({ min: 10, max: 400 }))
    fc.assert(
      fc.property(lean, sides, (angle, [width, height]) => {
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
        const quad = box(-width / 2, -height / 2, width, height).map(([x, y]) => [
          300 + x * cos - y * sin,
          200 + x * sin + y * cos,
        ]) as unknown as Quad
        const seen = inCloseUp(quad)
        for (const [x, y] of seen) {
          expect(Math.abs(x - 0.5)).toBeLessThanOrEqual(0.3 + 1e-9)
          expect(Math.abs(y - 0.5)).toBeLessThanOrEqual(0.35 + 1e-9)
        }
        const slope = ((seen[1]?.[1] ?? 0) - (seen[0]?.[1] ?? 0)) / 2
        expect(Math.abs(slope)).toBeLessThan(0.05)
      }),
    )
  })

  test('shared area is 1 for the same quad and 0 for others', () => {
    expect(overlapOf(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1)
    expect(overlapOf(box(0, 0, 10, 10), box(20, 0, 10, 10))).toBe(0)
  })

  test('a plate runs clockwise, is convex, and neither a line nor a pole', () => {
    expect(isPlateLike(box(0, 0, 60, 20))).toBe(true)
    const [a, b, c, d] = box(0, 0, 60, 20)
    expect(isPlateLike([b, a, d, c])).toBe(false)
    expect(isPlateLike([a, b, [30, 5], d])).toBe(false)
    expect(isPlateLike(box(0, 0, 60, 2))).toBe(false)
    expect(isPlateLike(box(0, 0, 10, 40))).toBe(false)
  })
})
