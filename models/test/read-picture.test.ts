import { describe, expect, test } from 'vitest'
import { provinceCount } from '../src/alphabet.ts'
import { uncalibrated } from '../src/confidence.ts'
import type { ProvinceSight } from '../src/province.ts'
import type { Networks } from '../src/read.ts'
import { readPicture } from '../src/read-picture.ts'
import type { Sight } from '../src/recognise.ts'
import { sightOf } from './draw-sight.ts'

const log = new Float32Array(provinceCount).fill(Math.log(1 / provinceCount))
const anyProvince: ProvinceSight = { at: 0, log }

/** Networks whose detector finds nothing anywhere, and whose recogniser sees this everywhere. */
function blindBut(sight: Sight): Networks {
  return {
    detector: { detect: async () => [], detectPixels: async () => [], close: async () => {} },
    refiner: { refine: async () => null },
    recogniser: { look: async (_, views) => views.map(() => sight), close: async () => {} },
    provinceReader: {
      look: async (_, views) => views.map(() => anyProvince),
      close: async () => {},
    },
    calibration: { ...uncalibrated, bias: 0 },
  }
}

const plate = blindBut(sightOf('皖A12345', { sure: 0.999 }))
const signal = AbortSignal.timeout(5_000)
const pictureOf = (widthPx: number, heightPx: number) => ({
  widthPx,
  heightPx,
  rgb: new Uint8Array(widthPx * heightPx * 3),
  scale: 1,
})

describe('a picture in which no plate is found', () => {
  test.each([
    ['small', 94, 24],
    ['small and high, of two rows perhaps', 220, 165],
    ['long', 880, 280],
  ])('is read as a plate cut out when it is %s', async (_, widthPx, heightPx) => {
    const reads = await readPicture.photographs(plate, pictureOf(widthPx, heightPx), signal)
    expect(reads).toMatchObject([{ plate: '皖A12345' }])
  })

  test('is not when it is a camera’s frame', async () => {
    expect(await readPicture.photographs(plate, pictureOf(1280, 720), signal)).toEqual([])
  })

  test('is not when it is too low to show characters', async () => {
    expect(await readPicture.photographs(plate, pictureOf(200, 7), signal)).toEqual([])
  })
})

describe('a picture with every other line left out', () => {
  /** Networks that find a plate only in pictures of this height, at rows 100 to 140 there. */
  function seeingAt(heightPx: number): Networks {
    const quad = [
      [200, 100],
      [320, 100],
      [320, 140],
      [200, 140],
    ] as const
    const candidate = { quad, score: 0.9, twoRows: 0.01 }
    const detect: Networks['detector']['detect'] = async (picture) =>
      picture.heightPx === heightPx ? [candidate] : []
    const unread = blindBut(sightOf('皖A12345', { sure: 0.02, colour: 'none' }))
    const refine: Networks['refiner']['refine'] = async (picture) =>
      picture.heightPx === heightPx ? { ...candidate } : null
    const recogniser: Networks['recogniser'] = {
      look: async (picture, views) =>
        (picture.heightPx === heightPx ? plate : unread).recogniser.look(picture, views),
      close: async () => {},
    }
    return { ...plate, detector: { ...plate.detector, detect }, refiner: { refine }, recogniser }
  }

  test('is searched with its lines doubled, and its plate found where it stands', async () => {
    const reads = await readPicture.photographs(seeingAt(576), pictureOf(704, 288), signal)
    expect(reads).toMatchObject([{ plate: '皖A12345' }])
    const ys = reads[0]?.corners.map(([, y]) => Math.round(y))
    expect(ys).toEqual([50, 50, 70, 70])
  })

  test.each([
    ['as high as any', 1280, 720],
    ['long but higher than a field', 960, 400],
    ['a line higher than a field', 800, 313],
    ['hardly longer than a wide one', 690, 301],
  ])('is one by its size only: not one that is %s', async (_, widthPx, heightPx) => {
    const networks = seeingAt(2 * heightPx)
    expect(await readPicture.photographs(networks, pictureOf(widthPx, heightPx), signal)).toEqual(
      [],
    )
  })

  test.each([
    ['has as many lines as a field', 800, 312],
    ['is just as long as one', 693, 301],
  ])('is one when it %s', async (_, widthPx, heightPx) => {
    const networks = seeingAt(2 * heightPx)
    const reads = await readPicture.photographs(networks, pictureOf(widthPx, heightPx), signal)
    expect(reads).toMatchObject([{ plate: '皖A12345' }])
  })

  test('is none when it was shrunk from a larger one', async () => {
    const shrunk = { ...pictureOf(704, 288), scale: 2 }
    expect(await readPicture.photographs(seeingAt(576), shrunk, signal)).toEqual([])
  })

  test('keeps to itself what it only hints at', async () => {
    const unsure = { ...seeingAt(576), calibration: { bias: -2.5, weights: {} } }
    const reads = await readPicture.photographs(unsure, pictureOf(704, 288), signal)
    expect(reads).toEqual([])
  })

  test('is left alone where a plate was read in it as it is', async () => {
    const reads = await readPicture.photographs(seeingAt(288), pictureOf(704, 288), signal)
    expect(reads[0]?.corners.map(([, y]) => Math.round(y))).toEqual([100, 100, 140, 140])
  })
})
