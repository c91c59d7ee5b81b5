import { Plate, type PlateRead } from '@forecourt/contracts'
import { acceptConfidence } from '@forecourt/models'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addLook, firstLook, isSettled, type Look, platesOf } from '../src/plates/look.ts'
import { joinLine, readingLimits, type Waiting } from '../src/plates/reading-line.ts'
import { within } from '../src/within.ts'

const waitingFrom = (cameraId: string, capturedAt: string): Waiting => ({
  frame: { cameraId, picture: new Uint8Array(), capturedAt },
  isWanted: () => true,
  onReads: () => undefined,
})

describe('the line before the reader', () => {
  const cameras = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 })

  test('is short, holds one frame a camera, loses none uncounted and keeps the newest', () => {
    fc.assert(
      fc.property(cameras, (from) => {
        let line: readonly Waiting[] = []
        let dropped = 0
        for (const [index, camera] of from.entries()) {
          const joined = joinLine(line, waitingFrom(`cam-${camera}`, String(index)))
          line = joined.line
          dropped += joined.dropped
        }
        const ids = line.map(({ frame }) => frame.cameraId)
        expect(line.length).toBeLessThanOrEqual(readingLimits.framesWaitingMax)
        expect(new Set(ids).size).toBe(ids.length)
        expect(line.length + dropped).toBe(from.length)
        for (const { frame } of line) {
          const newest = from.findLastIndex((camera) => `cam-${camera}` === frame.cameraId)
          expect(frame.capturedAt).toBe(String(newest))
        }
      }),
    )
  })
})

describe('a look', () => {
  const read = fc
    .record({
      n: fc.integer({ min: 1, max: 3 }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(
      ({ n, confidence }): PlateRead => ({
        plate: Plate.parse(`沪A1234${n}`),
        raw: '',
        confidence,
        rejected: null,
        runnerUp: null,
        colour: null,
        corners: [
          [0, 0],
          [9, 0],
          [9, 3],
          [0, 3],
        ],
      }),
    )
  const frames = fc.array(fc.array(read, { maxLength: 1 }), { maxLength: 12 })
  const limits = fc.record({
    framesMax: fc.integer({ min: 1, max: 8 }),
    agreeingFrames: fc.integer({ min: 1, max: 4 }),
  })
  const lookAt = (all: readonly (readonly PlateRead[])[]): Look => all.reduce(addLook, firstLook)

  test('ends by its last frame at the latest, and never before enough agree with certainty', () => {
    fc.assert(
      fc.property(frames, limits, (all, limit) => {
        const settled = isSettled(lookAt(all), limit)
        const byPlate = Map.groupBy(all.flat(), ({ plate }) => plate)
        const agreeing = Math.max(0, ...[...byPlate.values()].map((reads) => reads.length))
        if (all.length >= limit.framesMax) expect(settled).toBe(true)
        else if (agreeing < limit.agreeingFrames) expect(settled).toBe(false)
        const [best] = platesOf(lookAt(all))
        const isSure = (best?.confidence ?? 0) >= acceptConfidence
        if (all.length < limit.framesMax && !isSure) expect(settled).toBe(false)
      }),
    )
  })
})

describe('a call that hangs', () => {
  const never = () => new Promise<never>(() => undefined)

  test('is given up at its deadline, and when its caller gives up', async () => {
    const { signal } = new AbortController()
    await expect(within({ timeoutMs: 5, signal }, never)).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    )
    const aborted = AbortSignal.abort(new Error('station closes'))
    await expect(within({ timeoutMs: 60_000, signal: aborted }, never)).rejects.toThrow(
      'station closes',
    )
  })

  test('that answers or fails in time does just that', async () => {
    const limit = { timeoutMs: 60_000, signal: new AbortController().signal }
    expect(await within(limit, async () => 7)).toBe(7)
    await expect(within(limit, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
