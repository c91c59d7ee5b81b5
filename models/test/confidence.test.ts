import { plateAcceptConfidence } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Calibration, confidenceOf, rejectionOf, uncalibrated } from '../src/confidence.ts'
import { colourFitOf, decodeViews } from '../src/decode.ts'
import { type Evidence, features } from '../src/features.ts'
import { judge, type Seen } from '../src/judge.ts'
import type { Sight } from '../src/recognise.ts'
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

  test('knows the fitted weights by name, and nothing of others', () => {
    const fitted: Calibration = { bias: 0, weights: { margin: 0, unheard: 9 } }
    expect(confidenceOf(features(evidenceOf(sure)), fitted)).toBe(0.5)
  })
})

describe('a read that is only a hint', () => {
  const clear = features(evidenceOf(sure))
  test.each([
    ['too_small', clear, 9],
    ['views_disagree', { ...clear, viewsAgree: 0.5 }, 38],
    ['ambiguous', { ...clear, margin: 1 }, 38],
    ['colour_disagrees', { ...clear, colour: -3 }, 38],
    ['low_confidence', clear, 38],
  ] as const)('says %s', (reason, seen, heightPx) => {
    expect(rejectionOf(0.5, seen, heightPx)).toBe(reason)
  })

  test('is none from the accepting confidence on', () => {
    expect(rejectionOf(plateAcceptConfidence, clear, 9)).toBeNull()
    expect(rejectionOf(plateAcceptConfidence - 1e-9, clear, 38)).not.toBeNull()
  })
})

describe('the judgement of a place', () => {
  const seen = (sights: readonly Sight[], more: Partial<Seen> = {}): Seen => ({
    views: sights.map(() => ({ quad, rows: 1 })),
    sights,
    twoRows: 0.01,
    detection: 0.9,
    refined: true,
    oneView: false,
    quad,
    ...more,
  })

  test('holds the plate, its colour, what it beat and where it stands', () => {
    const judged = judge(seen(sure), uncalibrated)
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
    const judged = judge(seen(sights, { views, twoRows: 0.5 }), uncalibrated)
    expect(judged).toMatchObject({ plate: '皖A1234挂', colour: 'yellow' })
  })

  test('invents no plate and names no colour where there is none', () => {
    expect(judge(seen([sightOf('AUDI', { colour: 'none' })]), uncalibrated)).toBeNull()
    const odd = sure.map((sight) => ({ ...sight, colour: sight.colour.map(() => Math.log(1 / 7)) }))
    expect(judge(seen(odd), uncalibrated)?.colour).toBeNull()
  })
})
