import { plateTypeOf } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alphabet, blankClass, classCount, classOf } from '../src/alphabet.ts'
import { ctcMassOf } from '../src/ctc-mass.ts'
import { decodeViews } from '../src/decode.ts'
import { platePatterns } from '../src/plate-lattice.ts'
import { slotLogOf, toPlateText, weakestLogOf } from '../src/plate-texts.ts'
import { placeCount } from '../src/recognise.ts'
import { slotTexts } from '../src/slot-texts.ts'
import { sightOf, withRival } from './draw-sight.ts'

const plates = fc
  .constantFrom(...platePatterns)
  .chain(({ places }) => fc.tuple(...places.map((place) => fc.constantFrom(...place))))
  .map((characters) => characters.join(''))
const seeds = fc.integer({ min: 1, max: 2 ** 31 })

/** Any softmax output, by seed. */
function noisyRows(rows: number, seed: number): Float32Array {
  let state = seed
  const log = new Float32Array(rows * classCount)
  for (const i of log.keys()) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    log[i] = 6 * Math.log((state + 1) / 2 ** 32)
  }
  return log
}

const textsOf = (sights: Parameters<typeof decodeViews>[0]) =>
  decodeViews(sights)?.ranked.map(({ plate }) => plate.text) ?? []

describe('the alphabet', () => {
  test('is 73 classes, the blank first, and writes O as 0 and I as 1', () => {
    expect(alphabet).toHaveLength(73)
    expect(alphabet[blankClass]).toBe('')
    expect(alphabet.slice(1, 4)).toEqual(['京', '津', '沪'])
    expect(alphabet.slice(-3)).toEqual(['澳', '领', '使'])
    expect([classOf('O'), classOf('I')]).toEqual([classOf('0'), classOf('1')])
    expect(classOf('é')).toBe(-1)
  })

  test('spells every plate of the grammar, and back', () => {
    fc.assert(
      fc.property(plates, (text) => {
        const plate = toPlateText([...text].map(classOf))
        expect(plate).toMatchObject({ text, type: plateTypeOf(text) })
      }),
    )
    expect(toPlateText([...'皖A1234'].map(classOf))).toBeNull()
  })
})

describe('texts by slots', () => {
  test('are in their true order, and no plate of the grammar is likelier', () => {
    fc.assert(
      fc.property(seeds, plates, (seed, any) => {
        const slots = noisyRows(placeCount, seed)
        const logs = slotTexts(slots, 6).map(({ classes }) => slotLogOf(slots, classes))
        expect(logs).toEqual(logs.toSorted((a, b) => b - a))
        const found = slotTexts(slots, 6).some(({ text }) => text === any)
        const log = slotLogOf(slots, [...any].map(classOf))
        if (!found) expect(log).toBeLessThanOrEqual((logs.at(-1) ?? 0) + 1e-4)
      }),
      { numRuns: 300 },
    )
  })

  test('hold the text that every slot names, once', () => {
    fc.assert(
      fc.property(plates, (text) => {
        const texts = slotTexts(sightOf(text).slots, 6).map((plate) => plate.text)
        expect(texts[0]).toBe(text)
        expect(new Set(texts).size).toBe(6)
      }),
    )
  })

  test('count the empty places: a seventh character that is missing is missed', () => {
    const { slots } = sightOf('皖A12345')
    expect(slotLogOf(slots, [...'皖A12345'].map(classOf))).toBeCloseTo(8 * Math.log(0.98), 5)
    expect(slotLogOf(slots, [...'皖AD12345'].map(classOf))).toBeLessThan(-20)
    expect(weakestLogOf(slots, [...'皖A12346'].map(classOf))).toBeLessThan(-7)
  })
})

describe('the CTC sum', () => {
  test('is the sum over every alignment, counted one by one', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 }),
        (seed, text) => {
          const steps = 5
          const log = noisyRows(steps, seed)
          let sum = 0
          for (let path = 0; path < 3 ** steps; path++) {
            const taken = Array.from({ length: steps }, (_, i) => Math.floor(path / 3 ** i) % 3)
            const spelled = taken.filter((c, i) => c !== blankClass && c !== taken[i - 1])
            if (spelled.join() !== text.join()) continue
            sum += Math.exp(taken.reduce((all, c, i) => all + (log[i * classCount + c] ?? 0), 0))
          }
          expect(ctcMassOf({ steps, log }, text)).toBeCloseTo(Math.log(sum), 5)
        },
      ),
    )
  })

  test('stays a number where every step is all but impossible', () => {
    const log = new Float32Array(32 * classCount).fill(-80)
    expect(ctcMassOf({ steps: 32, log }, [1, 2, 3])).toBeLessThan(-2_000)
    expect(ctcMassOf({ steps: 32, log }, [1, 2, 3])).toBeGreaterThan(-2_700)
  })
})

describe('the views of a place', () => {
  test('give every plate of the grammar that both heads spell', () => {
    fc.assert(
      fc.property(plates, (text) => {
        const type = plateTypeOf(text)
        const rows = type === 'trailer' || type === 'farm' ? 2 : 1
        expect(decodeViews([sightOf(text)], rows)?.ranked[0]?.plate.text).toBe(text)
      }),
      { numRuns: 60 },
    )
  })

  test('give no type that never stands in so many rows', () => {
    const typesOf = (text: string, rows: 1 | 2) =>
      decodeViews([sightOf(text)], rows)?.ranked.map(({ plate }) => plate.type) ?? []
    expect(typesOf('鲁8651423', 1)).not.toContain('farm')
    expect(typesOf('鲁8651423', 2)[0]).toBe('farm')
    expect(typesOf('沪A1234挂', 1)).not.toContain('trailer')
    expect(typesOf('沪AD12845', 2)).not.toContain('new_energy_small')
  })

  test('share one probability, best first', () => {
    const decoded = decodeViews([withRival(sightOf('皖A12345'), 6, '6', 0.3)])
    const shares = decoded?.ranked.map(({ probability }) => probability) ?? []
    expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9)
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    expect(decoded?.ranked[1]?.plate.text).toBe('皖A12346')
  })

  test('mend the doubled character that CTC lost by the slots', () => {
    expect(textsOf([sightOf('皖A11345', { ctc: '皖A1345' })])[0]).toBe('皖A11345')
  })

  test('mend the count of places that slots lost by CTC', () => {
    expect(textsOf([sightOf('沪AD12845', { slots: '沪AD1284', colour: 'green' })])[0]).toBe(
      '沪AD12845',
    )
  })

  test('try the province of one head with the rest of the other', () => {
    const sight = sightOf('', { ctc: '皖A12345', slots: '浙A12346' })
    expect(textsOf([sight])).toEqual(expect.arrayContaining(['皖A12346', '浙A12345']))
  })

  test('that disagree, equally sure, leave both at a half', () => {
    const decoded = decodeViews([sightOf('浙E28579'), sightOf('皖E28579')])
    expect(decoded?.ranked[0]?.probability).toBeCloseTo(0.5, 1)
    expect(decoded?.ranked[1]?.probability).toBeCloseTo(0.5, 1)
  })

  test('speak as loud as they are sure', () => {
    const clear = sightOf('浙E28579')
    const blurred = sightOf('皖E28579', { sure: 0.7 })
    const [first] = decodeViews([blurred, clear])?.ranked ?? []
    expect(first?.plate.text).toBe('浙E28579')
    expect(first?.probability).toBeGreaterThan(0.8)
  })

  test('do not outvote a clear one by being many', () => {
    const blurred = sightOf('皖E28579', { sure: 0.5 })
    const [first] =
      decodeViews([blurred, blurred, sightOf('浙E28579', { sure: 0.9 })])?.ranked ?? []
    expect(first?.plate.text).toBe('浙E28579')
  })

  test('let the ground decide between a blue plate and a green one as likely', () => {
    const either = (colour: 'blue' | 'green') => {
      const seven = sightOf('沪AD1284', { colour })
      return withRival(seven, 7, '5', 0.98)
    }
    expect(textsOf([either('green')])[0]).toBe('沪AD12845')
    expect(textsOf([sightOf('沪AD1284')])[0]).toBe('沪AD1284')
  })

  test('of what is no plate at all give nothing', () => {
    expect(decodeViews([sightOf('', { sure: 0.999 })])).toBeNull()
    expect(decodeViews([sightOf('AUDI')])).toBeNull()
    expect(decodeViews([])).toBeNull()
  })
})
