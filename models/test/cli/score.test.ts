import { labelledPlate } from '@forecourt/contracts/labels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differencesOf, mistakesOf } from '../../src/cli/align.ts'
import { confusionsOf, toConfusionText } from '../../src/cli/confusion.ts'
import { toFeatureLines } from '../../src/cli/feature-lines.ts'
import { missesOf, toMissList } from '../../src/cli/misses.ts'
import { reliabilityOf } from '../../src/cli/reliability.ts'
import { scoreOf } from '../../src/cli/score.ts'
import { summarise } from '../../src/cli/summarise.ts'
import { outcomeOf } from './outcomes.ts'

const outcomes = [
  outcomeOf(['皖A13H25'], [['皖A13H25', 0.99]]),
  outcomeOf(['皖A13H25'], [['皖A13H26', 0.99]]),
  outcomeOf(['皖A13H25'], [['皖A13H25', 0.3]]),
  outcomeOf(
    ['沪AD12845', '浙B3K708'],
    [
      ['浙B3K708', 0.99],
      ['沪AD12845', 0.95],
      ['沪A12345', 0.2],
    ],
  ),
  outcomeOf([], []),
  outcomeOf([], [['沪A12345', 0.95]]),
  outcomeOf(['皖A13H25'], []),
  outcomeOf(['皖A13H25'], [], 'picture unreadable: no bytes'),
]

describe('measured outcomes', () => {
  const measured = summarise(outcomes)

  test('count what was exact, accepted, wrong and rejected, and why', () => {
    expect(measured).toMatchObject({
      images: 8,
      unreadable: 1,
      exact: 4,
      accepted: 5,
      wrongAccepted: 2,
      rejected: 4,
      reasons: { low_confidence: 1, no_plate_there: 1, nothing_found: 1, unreadable_picture: 1 },
      msPerImage: { p50: 10, p95: 10 },
    })
  })

  test('tell the main plate among the reads from the main plate chosen', () => {
    expect(measured.rates.mainAmongReads).toMatchObject({ count: 3, total: 6 })
    expect(measured.rates.mainChosen).toMatchObject({ count: 2, total: 6 })
  })

  test('count an accepted read in a picture without a plate as wrong', () => {
    expect(measured.rates.negativesAccepted).toMatchObject({ count: 1, total: 2 })
    expect(scoreOf(outcomeOf([], [['沪A12345', 0.2]])).isExact).toBe(true)
  })

  test('are grouped by province and type, with the wrong ones where they were mistaken', () => {
    expect(measured.perProvince['皖']).toMatchObject({
      plates: 5,
      read: { count: 2 },
      accepted: { count: 1 },
      wrongAccepted: 1,
    })
    expect(Object.keys(measured.perType)).toEqual(['ordinary', 'new_energy_small'])
  })
})

test('an illegible plate counts among all of its province, not among the legible ones', () => {
  const blurred = outcomeOf(['皖A13H25'], [])
  const plates = [labelledPlate('皖A13H25', { legible: false })]
  const measured = summarise([
    outcomeOf(['皖A13H35'], [['皖A13H35', 0.5]]),
    { ...blurred, label: { ...blurred.label, plates } },
  ])
  expect(measured.rates.readOfLegible).toMatchObject({ count: 1, total: 1 })
  expect(measured.perProvince['皖']).toMatchObject({
    read: { count: 1, total: 2 },
    readOfLegible: { count: 1, total: 1 },
  })
})

test('a picture that could not be read takes no time and is no picture without a plate', () => {
  const unreadable = { ...outcomeOf([], [], 'picture unreadable: no bytes'), durationMs: 900 }
  const measured = summarise([unreadable, outcomeOf([], [])])
  expect(measured).toMatchObject({ images: 2, unreadable: 1, msPerImage: { p50: 10, p95: 10 } })
  expect(measured.rates.negativesAccepted).toMatchObject({ count: 0, total: 1 })
})

describe('a misread plate', () => {
  test('is paired with the read most like it, once', () => {
    const { plates } = scoreOf(
      outcomeOf(
        ['皖A13H25', '皖A13H35'],
        [
          ['皖A13H45', 0.5],
          ['沪AD12845', 0.99],
          ['沪BD70846', 0.99],
        ],
      ),
    )
    expect(plates.map(({ mistaken }) => mistaken?.plate)).toEqual(['皖A13H45', undefined])
  })

  test('is paired with the only read that is left, however unlike: wrong, but no confusion', () => {
    const unlike = outcomeOf(['皖A13H25'], [['沪BD70846', 0.99]])
    const measured = summarise([unlike])
    expect(measured.perProvince['皖']).toMatchObject({ wrongAccepted: 1 })
    expect(measured.confusions).toEqual([])
    expect(missesOf([unlike])).toHaveLength(1)
    const beside = ['苏X33336', 0.01] as const
    expect(missesOf([outcomeOf(['皖A13H25'], [['沪BD70846', 0.99], beside])])).toHaveLength(1)
  })

  test('is paired with none of two that are left', () => {
    const reads = [
      ['沪BD70846', 0.99],
      ['京C90007', 0.5],
    ] as const
    const { plates } = scoreOf(outcomeOf(['皖A13H25'], reads))
    expect(plates[0]?.mistaken).toBeNull()
  })

  test('is aligned even when a character is missing or added', () => {
    expect(mistakesOf('皖A13H25', '京A13H2Z')).toEqual([
      { place: 1, truth: '皖', read: '京' },
      { place: 7, truth: '5', read: 'Z' },
    ])
    expect(mistakesOf('皖AD12345', '皖A12345')).toEqual([{ place: 3, truth: 'D', read: '' }])
    expect(mistakesOf('皖A12345', '皖AD12345')).toEqual([{ place: 2, truth: '', read: 'D' }])
  })

  test('has as many mistakes as differences, and none against itself', () => {
    const text = fc.string({ unit: fc.constantFrom(...'皖沪AB12'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (truth, read) => {
        const differences = differencesOf(truth, read)
        expect(mistakesOf(truth, read)).toHaveLength(differences)
        expect(differencesOf(read, truth)).toBe(differences)
        expect(differencesOf(truth, truth)).toBe(0)
        expect(differences).toBeGreaterThanOrEqual(Math.abs(truth.length - read.length))
      }),
    )
  })

  test('counts in the confusion table by place, the frequent first', () => {
    const { plates } = scoreOf(outcomeOf(['浙A12345'], [['皖A12346', 0.5]]))
    const twice = scoreOf(outcomeOf(['浙B3K708'], [['皖B3K708', 0.5]]))
    const confusions = confusionsOf([...plates, ...twice.plates])
    expect(confusions).toEqual([
      { truth: '浙', read: '皖', count: 2, places: { 1: 2 } },
      { truth: '5', read: '6', count: 1, places: { 7: 1 } },
    ])
    expect(toConfusionText(confusions, 1)).toBe(
      '  浙 → 皖  2  place · 第 1 位: 2\n  and 1 more pairs · 另有 1 种\n',
    )
  })
})

describe('the reliability of confidences', () => {
  test('puts each read in one bin, 1 in the last, and measures how far off they are', () => {
    const { bins, expectedError } = reliabilityOf([
      outcomeOf(['皖A13H25'], [['皖A13H25', 1]]),
      outcomeOf(['皖A13H25'], [['皖A13H26', 0.9]]),
      outcomeOf(['皖A13H25'], [['皖A13H25', 0.9499]]),
    ])
    expect(bins.at(-1)).toMatchObject({ confidence: 1, right: { count: 1, total: 1 } })
    expect(bins.find(({ from }) => from === 0.9)?.right).toMatchObject({ count: 1, total: 2 })
    expect(bins.reduce((sum, { right }) => sum + right.total, 0)).toBe(3)
    expect(expectedError).toBeCloseTo((2 * (0.92495 - 0.5)) / 3)
  })

  test('says nothing without reads', () => {
    expect(reliabilityOf([]).expectedError).toBeNull()
  })
})

describe('misses', () => {
  test('come with the wrong accepted ones first, then the surest', () => {
    expect(
      missesOf(outcomes).map(({ kind, truth, read, why }) => [kind, truth, read?.plate, why]),
    ).toEqual([
      ['accepted', '皖A13H25', '皖A13H26', 'accepted'],
      ['accepted', '', '沪A12345', 'accepted'],
      ['unread', '皖A13H25', undefined, 'nothing_found'],
      ['unread', '皖A13H25', undefined, 'picture unreadable: no bytes'],
    ])
  })

  test('list for JSON, the worst first, and no more than a thousand', () => {
    const misread = outcomeOf(['皖A13H25'], [['皖A13H26', 0.99]])
    const many = Array.from({ length: 1_002 }, () => outcomeOf(['皖A13H25'], []))
    const { misses, missesLeftOut } = toMissList(missesOf([...many, misread]))
    expect(misses).toHaveLength(1_000)
    expect(missesLeftOut).toBe(3)
    expect(misses[0]).toEqual({
      folder: 'somewhere',
      file: 'x.jpg',
      kind: 'accepted',
      truth: '皖A13H25',
      read: '皖A13H26',
      confidence: 0.99,
      why: 'accepted',
    })
    expect(misses[1]).toMatchObject({ read: null, confidence: null, why: 'nothing_found' })
  })

  test('tell a read beside the labels from one where no plate is', () => {
    const beside = outcomeOf(
      ['皖A13H25'],
      [
        ['皖A13H25', 0.99],
        ['沪A12345', 0.95],
      ],
    )
    const misses = missesOf([beside, outcomeOf([], [['沪A12345', 0.95]])])
    expect(misses.map(({ truth, hasLabels }) => [truth, hasLabels])).toEqual([
      ['', true],
      ['', false],
    ])
  })

  test('mark the characters that differ', () => {
    const [miss] = missesOf([outcomeOf(['皖A13H25'], [['京A13H26', 0.5]])])
    expect([...(miss?.wrongPlaces ?? [])]).toEqual([0, 6])
  })
})

test('features are one JSON line a read, with its label', () => {
  const lines = toFeatureLines(outcomes[3] ?? outcomeOf([], []))
    .trim()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { plates: ['沪AD12845', '浙B3K708'], index: 0, right: true, plate: '浙B3K708' },
    { index: 1, right: true, confidence: 0.95, rejected: null },
    { index: 2, right: false, rejected: 'low_confidence' },
  ])
})
