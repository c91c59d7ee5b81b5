import { plateTypeOf } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alphabet, blankClass, classCount, classOf } from '../src/alphabet.ts'
import { ctcMassOf } from '../src/ctc-mass.ts'
import type { Emissions } from '../src/emissions.ts'
import { decodePlate } from '../src/lattice.ts'
import { platePatterns } from '../src/plate-lattice.ts'

/** Emissions from the column each step most likely is, with its probability. */
function emissionsOf(columns: readonly number[], probability = 0.9): Emissions {
  const log = new Float64Array(columns.length * classCount)
  log.fill(Math.log((1 - probability) / alphabet.length))
  for (const [step, column] of columns.entries())
    log[step * classCount + column] = Math.log(probability)
  return { steps: columns.length, log }
}

/** A text as a network would spell it: a blank after every character. */
const spell = (text: string) => [...text].flatMap((c) => [classOf(c), blankClass])

const textOf = (places: readonly string[]) =>
  fc.tuple(...places.map((place) => fc.constantFrom(...place))).map((all) => all.join(''))
const plates = fc
  .constantFrom(...platePatterns)
  .chain(({ type, places }) => textOf(places).map((text) => ({ type, text })))
  // WJ and five digits is an armed police's plate, though a military one's letters allow it too.
  .filter(({ type, text }) => type !== 'military' || !text.startsWith('WJ'))
/** Any softmax output, by seed: so that a counterexample is two numbers, not a thousand. */
const noise = fc
  .record({ steps: fc.integer({ min: 8, max: 14 }), seed: fc.integer({ min: 1, max: 2 ** 31 }) })
  .map(({ steps, seed }) => noisyEmissions(steps, seed))

function noisyEmissions(steps: number, seed: number): Emissions {
  let state = seed
  const log = new Float64Array(steps * classCount)
  for (const i of log.keys()) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    log[i] = 8 * Math.log((state + 1) / 2 ** 32)
  }
  for (let step = 0; step < steps; step++) {
    const row = log.subarray(step * classCount, (step + 1) * classCount)
    const whole = Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0))
    for (const i of row.keys()) row[i] = (row[i] ?? 0) - whole
  }
  return { steps, log }
}

/** The likeliest column of every step, repeats and blanks dropped. */
function greedyShapes({ steps, log }: Emissions): readonly number[] {
  const best = Array.from({ length: steps }, (_, step) => {
    const row = log.subarray(step * classCount, (step + 1) * classCount)
    return row.indexOf(Math.max(...row))
  })
  return best.filter((column, i) => column !== best[i - 1] && column !== blankClass)
}

/** The plain textbook Viterbi over one text, to check the search against. */
function bestAlignment({ steps, log }: Emissions, text: readonly number[]): number {
  const labels = [blankClass, ...text.flatMap((shape) => [shape, blankClass])]
  let scores = labels.map((_, i) => (i === 0 ? 0 : Number.NEGATIVE_INFINITY))
  for (let step = 0; step < steps; step++) {
    const score = (i: number) => scores[i] ?? Number.NEGATIVE_INFINITY
    scores = labels.map((label, i) => {
      const leaps = label !== blankClass && label !== labels[i - 2]
      const best = Math.max(score(i), score(i - 1), leaps ? score(i - 2) : score(i))
      return best + (log[step * classCount + label] ?? 0)
    })
  }
  return Math.max(...scores.slice(-2))
}

describe('the lattice', () => {
  test('allows only what the grammar of the contracts allows, as the same type', () => {
    fc.assert(
      fc.property(plates, ({ type, text }) => {
        expect(plateTypeOf(text)).toBe(type)
      }),
      { numRuns: 500 },
    )
  })

  test('reads every plate the grammar allows', () => {
    fc.assert(
      fc.property(plates, ({ type, text }) => {
        expect(decodePlate(emissionsOf(spell(text)))[0]).toMatchObject({ text, type })
      }),
    )
  })

  test('whatever the network saw, every result is a plate, best first', () => {
    fc.assert(
      fc.property(noise, (emissions) => {
        const found = decodePlate(emissions)
        expect(found.length).toBeGreaterThan(1)
        expect(new Set(found.map((each) => each.text)).size).toBe(found.length)
        for (const [i, each] of found.entries()) {
          expect(plateTypeOf(each.text)).toBe(each.type)
          expect(each.pathLog).toBeGreaterThanOrEqual(found[i + 1]?.pathLog ?? -Infinity)
          expect(each.share).toBeGreaterThanOrEqual(found[i + 1]?.share ?? 0)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('equals the greedy text wherever that is a plate already, however narrowly', () => {
    const spelled = fc.record({
      plate: plates,
      heldFor: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 }),
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
      leadLog: fc.double({ min: 1e-6, max: 3, noNaN: true }),
    })
    fc.assert(
      fc.property(spelled, ({ plate, heldFor, seed, leadLog }) => {
        const columns = [...plate.text].flatMap((c, i) => [
          ...Array.from({ length: heldFor[i] ?? 1 }, () => classOf(c)),
          blankClass,
        ])
        const { log } = noisyEmissions(columns.length, seed)
        for (const [step, column] of columns.entries()) {
          const row = log.subarray(step * classCount, (step + 1) * classCount)
          row[column] = Math.max(...row) + leadLog
        }
        const emissions = { steps: columns.length, log }
        expect(greedyShapes(emissions)).toEqual([...plate.text].map(classOf))
        expect(decodePlate(emissions)[0]?.shapes).toEqual(greedyShapes(emissions))
      }),
      { numRuns: 60 },
    )
  })

  test('a character held over several steps is one, across a blank it is two', () => {
    const held = spell('皖A12345').flatMap((column) => [column, column, column])
    expect(decodePlate(emissionsOf(held))[0]?.text).toBe('皖A12345')
    expect(decodePlate(emissionsOf(spell('皖A11111')))[0]?.text).toBe('皖A11111')
  })

  test('scores every plate as its best alignment, doubled characters too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const emissions = noisyEmissions(10, seed)
        for (let step = 0; step < emissions.steps; step++)
          for (const shape of [classOf('1'), classOf('8')])
            emissions.log[step * classCount + shape] = -0.5 - ((seed >> step) & 1)
        for (const each of decodePlate(emissions))
          expect(each.pathLog).toBeCloseTo(bestAlignment(emissions, each.shapes), 6)
      }),
      { numRuns: 40 },
    )
  })

  test('a zero in second place is the office letter O, an O in a serial the digit', () => {
    expect(decodePlate(emissionsOf(spell('粤012345')))[0]?.text).toBe('粤O12345')
    expect(decodePlate(emissionsOf(spell('皖AO1234')))[0]?.text).toBe('皖A01234')
  })

  test('prefers nothing when two characters are as likely: each has half', () => {
    const emissions = emissionsOf(spell('皖A12345'))
    const row = 4 * classCount
    emissions.log[row + classOf('8')] = emissions.log[row + classOf('1')] ?? 0
    const [first, second] = decodePlate(emissions)
    expect([first?.text, second?.text].sort()).toEqual(['皖A12345', '皖A82345'])
    expect(first?.share).toBeCloseTo(0.5, 2)
    expect(second?.share).toBeCloseTo(0.5, 2)
  })

  test('says nothing when there are fewer steps than characters', () => {
    expect(decodePlate(emissionsOf([1, 2, 3]))).toEqual([])
  })
})

describe('the probability of a text', () => {
  test('of all texts of one shape over two steps is complete', () => {
    const log = new Float64Array(2 * classCount).fill(Math.log(1 / classCount))
    const emissions = { steps: 2, log }
    const shapes = classCount - 1
    const one = Math.exp(ctcMassOf(emissions, [5]))
    const empty = Math.exp(ctcMassOf(emissions, []))
    const two = Math.exp(ctcMassOf(emissions, [5, 6]))
    const all = empty + shapes * one + shapes * (shapes - 1) * two
    expect(all).toBeCloseTo(1, 9)
    expect(ctcMassOf(emissions, [5, 5])).toBe(Number.NEGATIVE_INFINITY)
  })

  test('is never less than that of its best alignment', () => {
    fc.assert(
      fc.property(noise, (emissions) => {
        for (const each of decodePlate(emissions))
          expect(ctcMassOf(emissions, each.shapes)).toBeGreaterThanOrEqual(each.pathLog - 1e-9)
      }),
      { numRuns: 30 },
    )
  })
})
