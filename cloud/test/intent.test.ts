import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { maskName } from '../src/members/mask-name.ts'
import { waitAfter } from '../src/payments/backoff.ts'
import { intentIdOf } from '../src/payments/intent.ts'

describe('a charge intent', () => {
  test('a sale has one id for its charge, whenever and by whom it is made', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (stationId, saleId) => {
        const id = intentIdOf({ stationId, saleId })
        expect(intentIdOf({ stationId, saleId })).toBe(id)
        expect(z.uuid({ version: 'v8' }).safeParse(id).success).toBe(true)
      }),
    )
  })

  // Written down once, for ever: another id for an old sale would charge it again.
  test('the id of a sale never changes with the code', () => {
    expect(intentIdOf({ stationId: 'demo-1', saleId: 'pump-a/1/1/17/t1234567' })).toBe(
      'c34b1be5-63c3-8343-89c5-5e0fdfca2cf5',
    )
  })

  test('two sales or two stations never share an id', () => {
    const word = fc.string({ minLength: 1, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(word, word, word, (station, one, other) => {
        fc.pre(one !== other)
        expect(intentIdOf({ stationId: station, saleId: one })).not.toBe(
          intentIdOf({ stationId: station, saleId: other }),
        )
        expect(intentIdOf({ stationId: one, saleId: station })).not.toBe(
          intentIdOf({ stationId: other, saleId: station }),
        )
      }),
    )
  })
})

describe('asking again', () => {
  const backoff = { firstMs: 500, longestMs: 60_000, attemptsMax: 22 }
  test('waits ever longer up to the longest, and ends', () => {
    const waits = Array.from({ length: 22 }, (_, index) => waitAfter(index + 1, backoff))
    expect(waits.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
    expect(waits.at(-2)).toBe(60_000)
    expect(waits.at(-1)).toBeNull()
  })
})

describe('a name for everybody’s eyes', () => {
  test.each([
    ['王小明', '王**'],
    [' 欧阳娜娜 ', '欧**'],
    ['Alice', 'A**'],
    ['👨‍👩‍👧 family', '👨‍👩‍👧**'],
    ['', '**'],
  ])('%s is shown as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })
})
