import { Plate, type PlateRead, PlateVote } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptConfidence, addFrame, bestPlates, emptyVote } from '../src/index.ts'
import { candidatesMax } from '../src/vote.ts'

const texts = ['沪A12345', '沪A12346', '皖AD12345', '苏E5K708', '浙B3E9D3'] as const

function readOf(text: string, confidence: number, widthPx = 200): PlateRead {
  return {
    plate: Plate.parse(text),
    raw: `raw ${text}`,
    confidence,
    rejected: confidence >= acceptConfidence ? null : 'low_confidence',
    runnerUp: null,
    colour: text.length === 8 ? 'green' : 'blue',
    corners: [
      [0, 0],
      [widthPx, 0],
      [widthPx, 60],
      [0, 60],
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
  test('does not depend on the order of frames', () => {
    fc.assert(
      fc.property(
        frames.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(bestPlates(voteOf(shuffled))).toEqual(bestPlates(voteOf(all)))
        },
      ),
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
    const five = Array.from({ length: 5 }, () => [readOf('沪A12345', 0.9)])
    const [vote] = bestPlates(voteOf([...five, [readOf('苏E5K708', 0.95)]]))
    expect(vote?.plate).toBe('沪A12345')
    expect(vote?.confidence).toBeGreaterThan(0.85)
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

  test('a long visit keeps a bounded number of plates, the strongest', () => {
    const weak = Array.from({ length: 40 }, (_, i) => [readOf(`沪A1${2000 + i}`, 0.2)])
    const vote = voteOf([[readOf('苏E5K708', 0.9)], ...weak])
    expect(vote.tallies).toHaveLength(candidatesMax)
    expect(bestPlates(vote)[0]?.plate).toBe('苏E5K708')
  })
})
