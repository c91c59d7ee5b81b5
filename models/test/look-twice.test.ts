import { describe, expect, test } from 'vitest'
import { classOf, provinceCount } from '../src/alphabet.ts'
import { uncalibrated } from '../src/confidence.ts'
import type { Place } from '../src/look.ts'
import { lookTwice } from '../src/look-twice.ts'
import type { ProvinceReader, ProvinceView } from '../src/province.ts'
import { type Recogniser, type Sight, type View, viewsMax } from '../src/recognise.ts'
import { sightOf, withRival } from './draw-sight.ts'

const refined = [
  [10, 10],
  [130, 10],
  [130, 48],
  [10, 48],
] as const
const firstLook = [
  [8, 9],
  [131, 9],
  [131, 50],
  [8, 50],
] as const
const picture = { widthPx: 160, heightPx: 64, rgb: new Uint8Array(160 * 64 * 3), scale: 1 }
const place: Place = {
  quads: [refined, firstLook],
  ways: [1],
  twoRows: 0.01,
  detection: 0.9,
  refined: true,
  isOnlyHope: true,
}

/** Sees this province with 0.99 wherever it is asked, and keeps where. */
function seeingProvince(province: string) {
  const asked: ProvinceView[][] = []
  const log = Float32Array.from({ length: provinceCount }, () => Math.log(0.01 / 30))
  log[classOf(province) - 1] = Math.log(0.99)
  const provinceReader: ProvinceReader = {
    look: async (_, views) => {
      asked.push([...views])
      return views.map(({ at }) => ({ at, log }))
    },
    close: async () => {},
  }
  return { provinceReader, asked }
}

/** A recogniser that sees the same in every view, and keeps what it was asked. */
function seeing(sight: Sight, sureAlongFirstLook = sight, province = '皖') {
  const asked: View[][] = []
  const recogniser: Recogniser = {
    look: async (_, views) => {
      asked.push([...views])
      return views.map(({ quad }) => (quad === firstLook ? sureAlongFirstLook : sight))
    },
    close: async () => {},
  }
  const closer = seeingProvince(province)
  const { provinceReader } = closer
  const networks = { recogniser, provinceReader, calibration: uncalibrated }
  return { networks, asked, askedCloser: closer.asked }
}

const sure = sightOf('皖A12345', { sure: 0.9999 })
const nearlyCertain = withRival(sightOf('皖A12345', { sure: 0.9995 }), 0, '浙', 0.005)
const lookedAlong = (asked: readonly (readonly View[])[]) =>
  asked.flat().map(({ quad }) => (quad === refined ? 'refined' : quad === firstLook ? 'first' : ''))

describe('a place', () => {
  test('that is sure along its best corners is looked at once, and says so', async () => {
    const { networks, asked } = seeing(sure)
    const read = await lookTwice(networks, picture, place)
    expect(lookedAlong(asked)).toEqual(['refined'])
    expect(read).toMatchObject({ plate: '皖A12345', features: { oneView: 1, viewsAgree: 1 } })
  })

  test.each([
    ['is less sure', sightOf('皖A12345', { sure: 0.9 })],
    ['could be of two provinces', withRival(sure, 0, '浙', 0.2)],
    ['shows a plate without a province', sightOf('KA12345', { sure: 0.9999, colour: 'white' })],
    ['may be no plate', { ...sure, colour: sure.colour.map(() => Math.log(1 / 7)) }],
  ])('that %s is looked at along the other corners too', async (_, sight) => {
    const { networks, asked } = seeing(sight)
    const read = await lookTwice(networks, picture, place)
    expect(lookedAlong(asked).slice(0, 2)).toEqual(['refined', 'first'])
    expect(read?.features.oneView ?? 0).toBe(0)
  })

  test('that is certain at once is spared the closer look at its province', async () => {
    const { networks, askedCloser } = seeing(sure)
    await lookTwice(networks, picture, place)
    expect(askedCloser).toEqual([])
  })

  test('that is sure but not certain is read in one view when the closer look agrees', async () => {
    const { networks, asked, askedCloser } = seeing(nearlyCertain)
    const read = await lookTwice(networks, picture, place)
    expect(lookedAlong(asked)).toEqual(['refined'])
    expect(askedCloser).toEqual([[{ quad: refined, rows: 1, at: 0 }]])
    expect(read).toMatchObject({ plate: '皖A12345', features: { oneView: 1 } })
  })

  test('that is sure but not certain is read again when the closer look disagrees', async () => {
    const { networks, asked, askedCloser } = seeing(nearlyCertain, nearlyCertain, '浙')
    const read = await lookTwice(networks, picture, place)
    expect(lookedAlong(asked).slice(0, 2)).toEqual(['refined', 'first'])
    expect(askedCloser.slice(0, 2).map((views) => views.length)).toEqual([1, 1])
    expect(read?.features.oneView).toBe(0)
  })

  test('in doubt about its province is read as the closer look says, once for every view', async () => {
    const doubtful = withRival(sightOf('皖A12345', { sure: 0.6 }), 0, '浙', 0.5)
    const { networks, askedCloser } = seeing(doubtful, doubtful, '浙')
    const read = await lookTwice(networks, picture, place)
    expect(read?.plate).toBe('浙A12345')
    expect(askedCloser.flat().slice(0, 2)).toEqual([
      { quad: refined, rows: 1, at: 0 },
      { quad: firstLook, rows: 1, at: 0 },
    ])
    const quads = askedCloser.flat().map(({ quad }) => JSON.stringify(quad))
    expect(new Set(quads).size).toBe(quads.length)
  })

  test('without a province is never looked at for one', async () => {
    const { networks, askedCloser } = seeing(
      sightOf('KA12345', { sure: 0.9999, colour: 'white' }),
      sightOf('KA12345', { sure: 0.8, colour: 'white' }),
    )
    const read = await lookTwice(networks, picture, place)
    expect(read?.plate).toBe('KA12345')
    expect(askedCloser).toEqual([])
  })

  test('whose views disagree is looked at a little wider and tighter', async () => {
    const { networks, asked } = seeing(sightOf('皖A12345', { sure: 0.9 }), sightOf('浙A12345'))
    await lookTwice(networks, picture, place)
    expect(lookedAlong(asked)).toEqual(['refined', 'first', '', ''])
  })

  describe('whose corners were drawn out to the left', () => {
    const noise = sightOf('浙B99999', { sure: 0.1 })
    /** Sees a plate only where the left side is cut off, and counts the views. */
    function seeingCut() {
      const { networks } = seeing(sure)
      let views = 0
      const look: Recogniser['look'] = async (_, asked) => {
        views += asked.length
        return asked.map(({ quad: [topLeft] }) => (topLeft[0] > 20 ? sure : noise))
      }
      const recogniser = { look, close: async () => {} }
      return { networks: { ...networks, recogniser }, views: () => views }
    }

    test('is read with its sides cut off where the detector is sure of a plate', async () => {
      const { networks } = seeingCut()
      expect(await lookTwice(networks, picture, place)).toMatchObject({ plate: '皖A12345' })
    })

    test('is read so as one row and as two where that is in doubt, a few views at a time', async () => {
      const { networks, asked } = seeing(sightOf('浙B99999', { sure: 0.1 }))
      await lookTwice(networks, picture, { ...place, ways: [1, 2], twoRows: 0.5 })
      expect(Math.max(...asked.map((views) => views.length))).toBeLessThanOrEqual(viewsMax)
      const cut = asked.flat().filter(({ quad: [topLeft] }) => topLeft[0] > 20)
      expect(cut.map(({ rows }) => rows)).toEqual([1, 1, 2, 2])
    })

    test.each([
      ['where it is not', { detection: 0.5 }],
      ['where another plate was read already', { isOnlyHope: false }],
    ])('is given up sooner %s', async (_, less) => {
      const { networks, views } = seeingCut()
      const read = await lookTwice(networks, picture, { ...place, ...less })
      expect(read?.plate).not.toBe('皖A12345')
      expect(views()).toBeLessThanOrEqual(4)
    })
  })

  test('with one set of corners only is not called sure by one view', async () => {
    const { networks, asked } = seeing(sure)
    const read = await lookTwice(networks, picture, { ...place, quads: [refined], refined: false })
    expect(lookedAlong(asked)[0]).toBe('refined')
    expect(read?.features.oneView).toBe(0)
  })
})
