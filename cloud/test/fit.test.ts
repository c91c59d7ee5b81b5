import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { takeFitting } from '../src/nats/fit.ts'

describe('what fits one message', () => {
  test('part by part everything is said once, in order, and no part of several is too large', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })),
        fc.integer({ min: 300, max: 2_000 }),
        (items, bytesMax) => {
          const said: string[] = []
          for (let rest = items as readonly string[]; rest.length > 0; ) {
            const part = takeFitting(rest, bytesMax)
            const bytes = Buffer.byteLength(JSON.stringify({ settlements: part }))
            if (part.length > 1) expect(bytes).toBeLessThanOrEqual(bytesMax)
            expect(part.length).toBeGreaterThan(0)
            said.push(...part)
            rest = rest.slice(part.length)
          }
          expect(said).toEqual(items)
        },
      ),
    )
  })
})
