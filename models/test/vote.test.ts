import { Plate, type PlateRead, PlateVote } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptConfidence, addFrame, bestPlates, emptyVote } from '../src/index.ts'
import { plateMaxPerTrack } from '../src/track.ts'
import { tracksMax } from '../src/vote.ts'

const texts = ['沪A12345', '沪A12346', '皖AD12345', '苏E5K708', '浙B3E9D3'] as const

function readOf(text: string, confidence: number, widthPx = 200, left = 0): PlateRead {
  return {
    plate: Plate.parse(text),
    raw: `raw ${text}`,
    confidence,
    rejected: confidence >= acceptConfidence ? null : 'low_confidence',
    runnerUp: null,
    colour: text.length === 8 ? 'green' : 'blue',
    corners: [
      [left, 0],
      [left + widthPx, 0],
      [left + widthPx, 60],
      [left, 60],
    ],
  }
}

const confidences = fc.double({ min: 0, max: 1, noNaN: true })
const reads = fc
  .tuple(fc.constantFrom(...texts), confidences, fc.integer({ min: 40, max: 400 }))
  .map(([text, confidence, widthPx]) => readOf(text, confidence, widthPx))
const frames = fc.array(fc.array(reads, { maxLength: 3 }), { maxLength: 12 })

const voteOf = (all: readonly (readonly PlateRead[])[]) => all.reduce(addFrame, emptyVote)
const confidenceIn = (votes: readonly PlateVote[], plate: string) =>
  votes.find((vote) => vote.plate === plate)?.confidence ?? 0

describe('the vote over frames', () => {
  test('does not depend on the order of frames while the cars stand', () => {
    const standing = (left: number, own: readonly string[]) =>
      fc
        .tuple(fc.constantFrom(...own), confidences)
        .map(([text, confidence]) => readOf(text, confidence, 200, left))
    const both = fc.tuple(standing(0, texts.slice(0, 2)), standing(600, texts.slice(2)))
    const frame = fc.oneof(
      fc.constant([]),
      both.map(([one]) => [one]),
      both.map((each) => [...each]),
    )
    const shuffled = fc
      .array(frame, { maxLength: 10 })
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      )
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        expect(bestPlates(voteOf(mixed))).toEqual(bestPlates(voteOf(all)))
      }),
    )
  })

  test('one more frame that agrees never lowers the confidence', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...texts), confidences, (all, text, confidence) => {
        const before = voteOf(all)
        const after = addFrame(before, [readOf(text, confidence)])
        expect(confidenceIn(bestPlates(after, 9), text)).toBeGreaterThanOrEqual(
          confidenceIn(bestPlates(before, 9), text) - 1e-12,
        )
      }),
    )
  })

  test('a frame that read something else lowers the confidence', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.constantFrom(...texts.slice(1)),
        (confidence, other, text) => {
          const before = voteOf([[readOf(texts[0], confidence)]])
          const after = addFrame(before, [readOf(text, other)])
          expect(confidenceIn(bestPlates(after), texts[0])).toBeLessThan(
            confidenceIn(bestPlates(before), texts[0]),
          )
        },
      ),
    )
  })

  test('all plates share one probability, and every vote fits the contract', () => {
    fc.assert(
      fc.property(frames, (all) => {
        const votes = bestPlates(voteOf(all), 99)
        expect(votes.reduce((sum, vote) => sum + vote.confidence, 0)).toBeLessThanOrEqual(1 + 1e-9)
        for (const vote of votes) expect(PlateVote.safeParse(vote).success).toBe(true)
        for (const [i, vote] of votes.entries())
          expect(vote.confidence).toBeGreaterThanOrEqual(votes[i + 1]?.confidence ?? 0)
      }),
    )
  })

  test('one frame alone gives back what the reader said', () => {
    const [vote] = bestPlates(voteOf([[readOf('沪A12345', 0.7)]]))
    expect(vote?.confidence).toBeCloseTo(0.7, 5)
    expect(vote).toMatchObject({ plate: '沪A12345', frames: 1, colour: 'blue' })
    expect(vote?.raw).toBe('raw 沪A12345')
  })

  test('the same doubtful read of a parked car, twenty times, is not accepted', () => {
    const parked = Array.from({ length: 20 }, () => [readOf('皖AD12345', 0.79)])
    const [vote] = bestPlates(voteOf(parked))
    expect(vote?.frames).toBe(20)
    expect(vote?.confidence).toBeGreaterThan(0.79)
    expect(vote?.confidence).toBeLessThan(acceptConfidence)
  })

  test('five frames outvote one that is a little surer', () => {
    const five = Array.from({ length: 5 }, () => [readOf('沪A12345', acceptConfidence + 0.01)])
    const surer = readOf('苏E5K708', acceptConfidence + 0.03)
    const [vote] = bestPlates(voteOf([...five, [surer]]))
    expect(vote?.plate).toBe('沪A12345')
    expect(vote?.confidence).toBeGreaterThan(acceptConfidence)
  })

  test('two plates one character apart are two cars', () => {
    const votes = bestPlates(voteOf([[readOf('沪A12345', 0.9)], [readOf('沪A12346', 0.9)]]))
    expect(votes.map((vote) => vote.frames)).toEqual([1, 1])
    expect(votes[0]?.confidence).toBeLessThan(0.5)
  })

  test('a plate as wide beside the main one leaves neither certain', () => {
    const alone = bestPlates(voteOf([[readOf('沪A12345', 0.99)]]))
    const beside = [readOf('沪A12345', 0.99), readOf('苏E5K708', 0.99, 190)]
    expect(bestPlates(voteOf([beside]))[0]?.confidence).toBeLessThan(0.55)
    const behind = [readOf('沪A12345', 0.99), readOf('苏E5K708', 0.99, 90)]
    expect(bestPlates(voteOf([behind]))).toEqual(alone)
  })

  test('frames without a plate change no vote', () => {
    const vote = addFrame(voteOf([[readOf('沪A12345', 0.9)]]), [])
    expect(vote.frames).toBe(2)
    expect(bestPlates(vote)[0]?.confidence).toBeCloseTo(0.9, 5)
  })

  test('a plate in one frame of six is a hint, in two it is accepted', () => {
    const [seen, empty] = [[readOf('沪A12345', 0.997)], []]
    const [once] = bestPlates(voteOf([empty, seen, empty, empty, empty, empty]))
    expect(once?.plate).toBe('沪A12345')
    expect(once?.confidence).toBeLessThan(acceptConfidence)
    const [twice] = bestPlates(voteOf([empty, seen, seen, empty, empty, empty]))
    expect(twice?.confidence).toBeGreaterThan(acceptConfidence)
  })

  test('a long visit keeps a bounded number of plates a place, the strongest', () => {
    const weak = Array.from({ length: 40 }, (_, i) => [readOf(`沪A1${2000 + i}`, 0.2)])
    const vote = voteOf([[readOf('苏E5K708', 0.9)], ...weak])
    expect(vote.tracks).toHaveLength(1)
    expect(vote.tracks[0]?.tallies).toHaveLength(plateMaxPerTrack)
    expect(bestPlates(vote)[0]?.plate).toBe('苏E5K708')
  })

  test('a busy road keeps a bounded number of places', () => {
    const parked = Array.from({ length: 5 }, () => [readOf('苏E5K708', 0.9)])
    const road = Array.from({ length: 40 }, (_, i) => [
      readOf(`沪A1${2000 + i}`, 0.2, 200, 500 * (i + 1)),
    ])
    const vote = voteOf([...parked, ...road])
    expect(vote.tracks).toHaveLength(tracksMax)
    expect(bestPlates(vote)[0]?.plate).toBe('苏E5K708')
  })

  test('a car that drives past does not split the vote for the one that stands', () => {
    const passing = (i: number) => readOf('苏E5K708', 0.99, 210, 400 + 150 * i)
    const all = Array.from({ length: 20 }, (_, i) => {
      const standing = readOf('沪A12345', 0.99)
      return i >= 8 && i < 11 ? [passing(i), standing] : [standing]
    })
    const [first, second] = bestPlates(voteOf(all))
    expect(first?.plate).toBe('沪A12345')
    expect(first?.confidence).toBeGreaterThan(0.98)
    expect(second).toBeUndefined()
  })

  test('a car that drives past is not taken for one that stands and cannot be read', () => {
    const passing = (i: number) => readOf('苏E5K708', 0.99, 210, 400 + 150 * i)
    const all = Array.from({ length: 20 }, (_, i) => {
      const standing = readOf('沪A12345', 0.1)
      return i >= 8 && i < 11 ? [passing(i), standing] : [standing]
    })
    expect(bestPlates(voteOf(all)).map(({ plate }) => plate)).toEqual(['沪A12345'])
    expect(bestPlates(voteOf(all))[0]?.confidence).toBeLessThan(0.1)
  })

  test('a car behind is never charged, however seldom and badly the one in front is read', () => {
    const behind = readOf('苏E5K708', 0.997, 100, 700)
    const seen = fc.tuple(confidences, fc.integer({ min: 126, max: 400 }))
    const front = fc.array(fc.option(seen), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(front, (all) => {
        const frames = all.map((each) =>
          each === null ? [behind] : [readOf('沪A12345', each[0], each[1]), behind],
        )
        const plates = bestPlates(voteOf(frames)).map(({ plate }) => plate)
        expect(plates.some((plate) => plate === '苏E5K708')).toBe(
          all.every((each) => each === null),
        )
      }),
    )
  })

  test('a car is followed while it drives in, also through a frame that misread it', () => {
    const left = [900, 700, 500, 350, 250, 200, 200, 200, 200]
    const all = left.map((x, i) => [
      readOf(i === 4 ? '苏A12345' : '沪A12345', i === 4 ? 0.6 : 0.97, 200, x),
    ])
    const vote = voteOf(all)
    expect(vote.tracks).toHaveLength(1)
    expect(bestPlates(vote)[0]).toMatchObject({ plate: '沪A12345', frames: 8 })
    expect(bestPlates(vote)[0]?.confidence).toBeGreaterThan(0.9)
  })

  test('a sign that is doubtfully read in every frame takes nothing from the plate', () => {
    const all = Array.from({ length: 10 }, () => [
      readOf('沪A12345', 0.99),
      readOf('苏E5K708', 0.1, 220, 700),
    ])
    expect(bestPlates(voteOf(all))[0]?.confidence).toBeGreaterThan(0.99)
  })
})
