import { describe, expect, test } from 'vitest'
import { provinceCount } from '../src/alphabet.ts'
import { uncalibrated } from '../src/confidence.ts'
import { type Look, lookAtAll, lookAtNear } from '../src/detect.ts'
import type { Candidate } from '../src/peaks.ts'
import { sortByProminence } from '../src/prominence.ts'
import type { Quad } from '../src/quad.ts'
import { type Networks, placesMax, readPlates } from '../src/read.ts'
import { groundColours, type View } from '../src/recognise.ts'
import { sightOf } from './draw-sight.ts'

/** A plate so wide that stands at the left edge, its top `top` pixels down. */
function plateAt(top: number, widthPx: number, score: number): Candidate {
  const quad: Quad = [
    [10, top],
    [10 + widthPx, top],
    [10 + widthPx, top + widthPx / 3],
    [10, top + widthPx / 3],
  ]
  return { quad, score, twoRows: 0.01 }
}

const anyProvince = new Float32Array(provinceCount).fill(Math.log(1 / provinceCount))
const texts = ['皖A12345', '苏B23456', '浙C34567', '粤D45678'] as const
const picture = { widthPx: 1_280, heightPx: 640, rgb: new Uint8Array(1_280 * 640 * 3), scale: 1 }

/**
 * Networks that find these candidates and read in each the text of its turn, as surely as the
 * calibration makes them; and what they were asked.
 */
function networksFor(candidates: readonly Candidate[], calibration = { ...uncalibrated, bias: 0 }) {
  const looks: Look[] = []
  const runs: number[] = []
  const refined: number[] = []
  const numberOf = (quad: Quad) => candidates.findIndex((each) => each.quad[0][1] === quad[0][1])
  const sightIn = ({ quad }: View) => {
    const sight = sightOf(texts[numberOf(quad)] ?? texts[0], { sure: 0.999 })
    return { ...sight, colour: sight.colour.with(groundColours.indexOf('none'), Math.log(1e-4)) }
  }
  const networks: Networks = {
    detector: {
      detect: async (_, look) => {
        looks.push(look)
        return candidates
      },
      detectPixels: async () => [],
      close: async () => {},
    },
    refiner: {
      refine: async (_, quad) => {
        refined.push(numberOf(quad))
        return candidates[numberOf(quad)] ?? null
      },
    },
    recogniser: {
      look: async (_, views) => {
        runs.push(views.length)
        return views.map(sightIn)
      },
      close: async () => {},
    },
    provinceReader: {
      look: async (_, views) => views.map(({ at }) => ({ at, log: anyProvince })),
      close: async () => {},
    },
    calibration,
  }
  const judged = () => readPlates(networks, picture, AbortSignal.timeout(5_000))
  const read = async () => (await judged()).map(({ plate }) => plate)
  return { networks, read, judged, looks, runs, refined }
}

describe('the places of a picture', () => {
  test('that are likely plates are read in one run', async () => {
    const { read, runs } = networksFor([
      plateAt(10, 200, 0.9),
      plateAt(150, 180, 0.8),
      plateAt(300, 160, 0.5),
    ])
    expect(await read()).toHaveLength(3)
    expect(runs[0]).toBe(3)
  })

  test('that are unlikely are read where they are the most prominent', async () => {
    const { read } = networksFor([plateAt(10, 200, 0.44), plateAt(150, 120, 0.6)])
    expect(await read()).toEqual([texts[0], texts[1]])
  })

  test('that are unlikely are left as soon as something reliable is read', async () => {
    const { read, refined } = networksFor([
      plateAt(10, 200, 0.4),
      plateAt(150, 180, 0.4),
      plateAt(300, 100, 0.6),
    ])
    expect(await read()).toEqual([texts[0], texts[2]])
    expect(refined).toEqual([0, 2])
  })

  test('beyond the limit of one look are read in the next', async () => {
    const signs = Array.from({ length: placesMax }, (_, index) =>
      plateAt(10 + 70 * index, 120, 0.9),
    )
    const doubtful = { bias: Math.log(0.2 / 0.8), weights: {} }
    const { read, refined } = networksFor([...signs, plateAt(600, 90, 0.7)], doubtful)
    await read()
    expect(refined).toContain(placesMax)
  })

  test('are not read on once the call is aborted', async () => {
    const abort = new AbortController()
    const { networks, refined } = networksFor([plateAt(10, 200, 0.9), plateAt(150, 180, 0.8)])
    const refiner: Networks['refiner'] = {
      refine: (...asked) => {
        abort.abort(new Error('the car left'))
        return networks.refiner.refine(...asked)
      },
    }
    const reading = readPlates({ ...networks, refiner }, picture, abort.signal)
    await expect(reading).rejects.toThrow('the car left')
    expect(refined).toEqual([0])
  })

  test('that are unlikely are not even looked at closely behind a reliable one', async () => {
    const { read, refined } = networksFor([plateAt(10, 200, 0.9), plateAt(150, 180, 0.4)])
    expect(await read()).toEqual([texts[0]])
    expect(refined).toEqual([0])
  })
})

describe('a place that is plainly a plate and cannot be named', () => {
  const unnamed = { bias: Math.log(0.01 / 0.99), weights: {} }

  test('is told, so that nobody behind it is charged', async () => {
    const { read } = networksFor([plateAt(10, 200, 0.9)], unnamed)
    expect(await read()).toEqual([texts[0]])
  })

  test('is not told where the detector is not sure of it', async () => {
    const { read } = networksFor([plateAt(10, 200, 0.45)], unnamed)
    expect(await read()).toEqual([])
  })

  test('comes behind all that can, however wide it is', async () => {
    const { judged } = networksFor([plateAt(10, 200, 0.9), plateAt(150, 100, 0.8)])
    const [wide, narrow] = await judged()
    if (wide === undefined || narrow === undefined) throw new Error('both should be read')
    const faint = { ...wide, confidence: 0.01 }
    expect(sortByProminence([wide, narrow], picture)).toEqual([wide, narrow])
    expect(sortByProminence([faint, narrow], picture)).toEqual([narrow, faint])
  })
})

describe('a picture in which nothing is read reliably', () => {
  /** Calls everything as likely as one in five. */
  const doubtful = { bias: Math.log(0.2 / 0.8), weights: {} }

  test('is looked at from further away, and in tiles where the plate is small', async () => {
    const { read, looks } = networksFor([plateAt(10, 60, 0.9)], doubtful)
    expect(await read()).toEqual([texts[0]])
    expect(looks.slice(0, 2)).toEqual([lookAtAll(picture), lookAtNear(picture)])
    expect(looks.length).toBeGreaterThan(2)
  })

  test('is not looked at in tiles where its plate is wide enough to be read as it is', async () => {
    const { read, looks } = networksFor([plateAt(10, 100, 0.9)], doubtful)
    expect(await read()).toEqual([texts[0]])
    expect(looks).toEqual([lookAtAll(picture), lookAtNear(picture)])
  })
})
