import { plateAcceptConfidence } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Calibration, confidenceOf, rejectionOf, uncalibrated } from '../src/confidence.ts'
import { colourFitOf, decodeViews } from '../src/decode.ts'
import { type Evidence, featureNames, features } from '../src/features.ts'
import { judge, type Seen } from '../src/judge.ts'
import type { Sight } from '../src/recognise.ts'
import { addFrame, bestPlates, emptyVote } from '../src/vote.ts'
import { readWeights } from '../src/weights.ts'
import { sightOf, withRival } from './draw-sight.ts'

const quad = [
  [10, 10],
  [130, 10],
  [130, 48],
  [10, 48],
] as const

function evidenceOf(sights: readonly Sight[], more: Partial<Evidence> = {}): Evidence {
  const decoded = decodeViews(sights)
  const best = decoded?.ranked[0]
  if (decoded === null || best === undefined) throw new Error('the test drew no plate')
  const colourFit = colourFitOf(sights, best.plate)
  const rest = {
    noPlate: 0.01,
    detection: 0.9,
    rowsFit: 0.99,
    heightPx: 38,
    refined: true,
    oneView: false,
  }
  return { decoded, colourFit, ...rest, ...more }
}

const sure = [sightOf('皖A12345', { sure: 0.999 }), sightOf('皖A12345', { sure: 0.999 })]
function seenAs(sights: readonly Sight[], more: Partial<Seen> = {}): Seen {
  return {
    views: sights.map(() => ({ quad, rows: 1 })),
    sights,
    twoRows: 0.01,
    detection: 0.9,
    refined: true,
    oneView: false,
    quad,
    ...more,
  }
}

const confidence = (sights: readonly Sight[], more: Partial<Evidence> = {}) =>
  confidenceOf(features(evidenceOf(sights, more)), uncalibrated)

describe('the confidence', () => {
  test('of a clear plate that all agree on is accepted', () => {
    expect(confidence(sure)).toBeGreaterThanOrEqual(plateAcceptConfidence)
  })

  test('is a probability, and every feature a number, whatever was seen', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    const many = fc.record({
      certain: fc.double({ min: 0.2, max: 1, noNaN: true }),
      colourFit: unit,
      noPlate: unit,
      detection: fc.option(unit),
      rowsFit: unit,
      heightPx: fc.double({ min: 0, max: 4_000, noNaN: true }),
      refined: fc.boolean(),
    })
    fc.assert(
      fc.property(many, ({ certain, ...more }) => {
        const sights = [sightOf('皖A12345', { sure: certain })]
        const seen = features(evidenceOf(sights, more))
        expect(Object.values(seen).every(Number.isFinite)).toBe(true)
        expect(confidenceOf(seen, uncalibrated)).toBeGreaterThan(0)
        expect(confidenceOf(seen, uncalibrated)).toBeLessThan(1)
      }),
    )
  })

  test('falls with every doubt', () => {
    const rival = sure.map((sight) => withRival(sight, 0, '浙', 0.3))
    expect(confidence(rival)).toBeLessThan(confidence(sure))
    expect(confidence([sightOf('浙A12345'), sightOf('皖A12345')])).toBeLessThan(0.5)
    const doubts = [
      { colourFit: 0.02 },
      { noPlate: 0.9 },
      { detection: 0.3 },
      { heightPx: 12 },
      { refined: false },
    ]
    for (const doubt of doubts) expect(confidence(sure, doubt)).toBeLessThan(confidence(sure))
  })

  test('as it is shipped falls with doubts about the text and about the plate', async () => {
    const { calibration = uncalibrated } = await readWeights()
    const shipped = (sights: readonly Sight[], more: Partial<Evidence> = {}) =>
      confidenceOf(features(evidenceOf(sights, more)), calibration)
    expect(shipped(sure)).toBeGreaterThanOrEqual(plateAcceptConfidence)
    expect(shipped(sure.map((sight) => withRival(sight, 0, '浙', 0.3)))).toBeLessThan(shipped(sure))
    expect(shipped([sightOf('浙A12345'), sightOf('皖A12345')])).toBeLessThan(0.6)
    expect(shipped(sure, { noPlate: 0.9 })).toBeLessThan(shipped(sure))
  })

  test.each([
    ['a plate under 12 pixels', { heightPx: 11 }],
    ['a ground of another colour', { colourFit: 0.4 }],
    ['another number of rows', { rowsFit: 0.4 }],
  ])('never accepts %s, also not over many frames', async (_, doubt) => {
    const { calibration = uncalibrated } = await readWeights()
    const seen = features(evidenceOf(sure, doubt))
    const confidence = confidenceOf(seen, calibration)
    expect(confidence).toBeGreaterThan(0.9)
    expect(rejectionOf(confidence, seen)).not.toBeNull()
    const read = judge(seenAs(sure), calibration)
    const frame = read === null ? [] : [{ ...read, confidence }]
    const [voted] = bestPlates(Array.from({ length: 60 }, () => frame).reduce(addFrame, emptyVote))
    expect(voted?.frames).toBe(60)
    expect(voted?.confidence).toBeLessThan(plateAcceptConfidence)
  })

  test('knows all features by name, and refuses weights of others', () => {
    expect(Object.keys(features(evidenceOf(sure)))).toEqual(featureNames)
    expect(Calibration.safeParse({ bias: 0, weights: { margin: 1 } }).success).toBe(true)
    expect(Calibration.safeParse({ bias: 0, weights: { marginOld: 1 } }).success).toBe(false)
  })
})

describe('a read that is only a hint', () => {
  const clear = features(evidenceOf(sure))
  test.each([
    ['too_small', features(evidenceOf(sure, { heightPx: 9 }))],
    ['views_disagree', { ...clear, viewsAgree: 0.5 }],
    ['ambiguous', { ...clear, margin: 1 }],
    ['colour_disagrees', { ...clear, colour: -3 }],
    ['low_confidence', clear],
  ] as const)('says %s', (reason, seen) => {
    expect(rejectionOf(0.5, seen)).toBe(reason)
  })

  test('is none from the accepting confidence on', () => {
    expect(rejectionOf(plateAcceptConfidence, clear)).toBeNull()
    expect(rejectionOf(plateAcceptConfidence - 1e-9, clear)).not.toBeNull()
  })
})

describe('the judgement of a place', () => {
  test('holds the plate, its colour, what it beat and where it stands', () => {
    const judged = judge(seenAs(sure), uncalibrated)
    expect(judged).toMatchObject({
      plate: '皖A12345',
      raw: '皖A12345',
      rejected: null,
      colour: 'blue',
      corners: quad,
    })
    expect(judged?.runnerUp?.confidence).toBeLessThan(0.01)
  })

  test('reads two rows where that is what can be read', () => {
    const sights = [sightOf('皖A12345', { sure: 0.8 }), sightOf('皖A1234挂', { colour: 'yellow' })]
    const views = [
      { quad, rows: 1 },
      { quad, rows: 2 },
    ] as const
    const judged = judge(seenAs(sights, { views, twoRows: 0.5 }), uncalibrated)
    expect(judged).toMatchObject({ plate: '皖A1234挂', colour: 'yellow' })
  })

  test('invents no plate and names no colour where there is none', () => {
    expect(judge(seenAs([sightOf('AUDI', { colour: 'none' })]), uncalibrated)).toBeNull()
    const odd = sure.map((sight) => ({ ...sight, colour: sight.colour.map(() => Math.log(1 / 7)) }))
    expect(judge(seenAs(odd), uncalibrated)?.colour).toBeNull()
  })
})
