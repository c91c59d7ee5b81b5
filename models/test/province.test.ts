import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alphabet, classOf, provinceCount } from '../src/alphabet.ts'
import { decodeViews } from '../src/decode.ts'
import type { Picture } from '../src/picture.ts'
import { pixelBytes } from '../src/pixels.ts'
import { toPlateText } from '../src/plate-texts.ts'
import {
  bestProvinces,
  type ProvinceSight,
  provinceAtOf,
  provinceInto,
  provinceLogOf,
  sidePx,
  squarePx,
} from '../src/province.ts'
import type { Quad } from '../src/quad.ts'
import { sightOf } from './draw-sight.ts'

const logs = fc
  .array(fc.double({ min: -12, max: -0.01, noNaN: true }), {
    minLength: provinceCount,
    maxLength: provinceCount,
  })
  .map((values) => Float32Array.from(values))
const classesOf = (text: string) => [...text].map(classOf)
const textsOf = (sight: Parameters<typeof decodeViews>[0][number]) =>
  decodeViews([sight])?.ranked.map(({ plate }) => plate.text) ?? []

describe('a plate’s province', () => {
  test.each([
    ['皖A12345', 0],
    ['粤Z12AB港', 0],
    ['WJ皖1234X', 2],
    ['WJ12345', null],
    ['KA12345', null],
    ['123456使', null],
  ])('of %s is the character at %s', (text, at) => {
    const plate = toPlateText(classesOf(text))
    expect(plate?.text).toBe(text)
    expect(plate && provinceAtOf(plate)).toBe(at)
  })

  test('of a plate that has none is as likely as the likeliest, so that nothing is said against it', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const seen: ProvinceSight = { at: 0, log }
        expect(provinceLogOf(seen, classesOf('KA12345'))).toBe(Math.max(...log))
        expect(provinceLogOf(seen, classesOf('皖A12345'))).toBe(log[classOf('皖') - 1])
      }),
    )
  })

  test('comes best first', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const best = bestProvinces({ at: 0, log }, 3).map((index) => log[index - 1] ?? 0)
        expect(best).toEqual([...log].sort((a, b) => b - a).slice(0, 3))
      }),
    )
  })
})

describe('a closer look', () => {
  const seeing = (province: string, sure: number, at: 0 | 2 = 0): ProvinceSight => {
    const log = new Float32Array(provinceCount).fill(Math.log((1 - sure) / (provinceCount - 1)))
    log[classOf(province) - 1] = Math.log(sure)
    return { at, log }
  }

  test('that sees nothing changes no order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...alphabet.slice(1, 32)), (province) => {
        const sight = sightOf(`${province}A12345`, { sure: 0.7 })
        const [before] = textsOf(sight)
        const log = new Float32Array(provinceCount).fill(-Math.log(provinceCount))
        expect(textsOf({ ...sight, province: { at: 0, log } })[0]).toBe(before)
      }),
    )
  })

  test('brings in a province that neither head thought of, and wins where they are less sure', () => {
    const doubtful = sightOf('京MXA00领', { sure: 0.5, colour: 'black' })
    expect(textsOf(doubtful)[0]).toBe('京MXA00领')
    expect(textsOf({ ...doubtful, province: seeing('蒙', 0.9999) })[0]).toBe('蒙MXA00领')
    const sure = sightOf('京MXA00领', { sure: 0.9999, colour: 'black' })
    expect(textsOf({ ...sure, province: seeing('蒙', 0.9) })[0]).toBe('京MXA00领')
  })

  test('makes a view louder that it agrees with, and one that it does not less loud', () => {
    const sight = sightOf('皖A12345', { sure: 0.9 })
    const trust = (province?: ProvinceSight) =>
      decodeViews([province ? { ...sight, province } : sight])?.views[0]?.trust ?? 0
    expect(trust(seeing('皖', 0.999))).toBeGreaterThan(trust())
    expect(trust(seeing('浙', 0.6))).toBeLessThan(trust())
  })
})

describe('the square round a province', () => {
  const [width, height] = [480, 240]
  const plate: Quad = [
    [20, 10],
    [460, 10],
    [460, 230],
    [20, 230],
  ]
  /** White in one rectangle, given in shares of the plate; black elsewhere. */
  function cellAt(left: number, top: number, right: number, bottom: number): Picture {
    const rgb = new Uint8Array(width * height * 3)
    const inside = (x: number, y: number) => {
      const [u, v] = [(x + 0.5 - 20) / 440, (y + 0.5 - 10) / 220]
      return u >= left && u < right && v >= top && v < bottom
    }
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (inside(x, y)) rgb.fill(255, (y * width + x) * 3, (y * width + x) * 3 + 3)
    return { widthPx: width, heightPx: height, rgb, scale: 1 }
  }
  /** How much of the cell's light is in the square, and whether it keeps off the square's edge. */
  function seenOf(picture: Picture, rows: 1 | 2, at: 0 | 2) {
    const bytes = new Uint8Array(squarePx * pixelBytes)
    provinceInto(picture, { quad: plate, rows, at }, bytes)
    const green = bytes.filter((_, i) => i % pixelBytes === 1)
    const light = (x: number, y: number) => (green[y * sidePx + x] ?? 0) / 255
    const edge = Array.from({ length: sidePx }, (_, i) => [
      light(i, 0),
      light(i, sidePx - 1),
      light(0, i),
      light(sidePx - 1, i),
    ])
    const share = green.reduce((sum, value) => sum + value, 0) / (255 * squarePx)
    return { share, edge: Math.max(...edge.flat()) }
  }

  // GA 36-2018: the cells of models/training/synthesis/layouts.py, in shares of the plate.
  test.each([
    ['the first of one row', 1, 0, [15.5 / 440, 25 / 140, 60.5 / 440, 115 / 140]],
    ['the first of two rows', 2, 0, [110 / 440, 15 / 220, 190 / 440, 75 / 220]],
    ['the first of a farm plate', 2, 0, [68 / 440, 18 / 220, 148 / 440, 76 / 220]],
    ['the third of armed police', 1, 2, [112 / 440, 52 / 140, 152 / 440, 112 / 140]],
  ] as const)('holds the whole of %s, and something round it', (_, rows, at, cell) => {
    const { share, edge } = seenOf(cellAt(...cell), rows, at)
    expect(edge).toBe(0)
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.55)
  })
})
