import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fourPoints } from '../src/box/index.ts'
import { parsePhotos } from '../src/refuel/labels.ts'
import { parseOptions } from '../src/refuel/options.ts'
import { planDrawn, planPhotos } from '../src/refuel/plan.ts'
import { percentile } from '../src/refuel/timings.ts'
import { createRandom } from '../src/scenarios/random.ts'

const run = (seed: number) => ({ random: createRandom(seed), points: fourPoints, prefix: 'm' })

describe('labels', () => {
  test('are read with quoted fields, other columns and the first plate of several', () => {
    const text =
      '\uFEFFfile,plate,"box, as drawn"\r\n"a ""b"".jpg",沪A·12345,"1,2"\nc.jpg,粤BD12345|沪B12345,\n'
    expect(parsePhotos(text)).toEqual([
      { file: 'a "b".jpg', plate: '沪A12345' },
      { file: 'c.jpg', plate: '粤BD12345' },
    ])
  })

  test.each([
    ['name,plate\na.jpg,沪A12345', /line 1 is "name,plate"; begin with a heading/],
    ['file,plate\na.jpg,HELLO', /line 2: "HELLO" is not a Chinese/],
    ['file,plate\n../../etc/passwd,沪A12345', /line 2: .* not a file beside/],
  ])('that are wrong name the line: %j', (text, message) => {
    expect(() => parsePhotos(text)).toThrow(message)
  })
})

describe('a plan', () => {
  test('holds every refuel once, and no car in two bays at once', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, refuels) => {
        const plan = planDrawn(run(seed), refuels)
        expect(plan.lanes.flat()).toHaveLength(refuels)
        const homes = plan.lanes.map((lane) => new Set(lane.map((visit) => visit.plate)))
        for (const [i, home] of homes.entries()) {
          for (const other of homes.slice(i + 1))
            expect([...home].some((plate) => other.has(plate))).toBe(false)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('never wants more than the tank has room for', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const visit of planDrawn(run(seed), 20).lanes.flat()) {
          expect(visit.levelMl + visit.targetMl).toBeLessThanOrEqual(visit.tankCapacityMl)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('is the same for the same seed', () => {
    expect(planDrawn(run(7), 20)).toEqual(planDrawn(run(7), 20))
    expect(planDrawn(run(7), 20)).not.toEqual(planDrawn(run(8), 20))
  })

  test('gives a plate on two photographs one member and one lane', () => {
    const photos = [
      { file: 'a.jpg', plate: '沪A12345' },
      { file: 'b.jpg', plate: '粤B12345' },
      { file: 'c.jpg', plate: '沪A12345' },
      { file: 'd.jpg', plate: null },
    ]
    const plan = planPhotos(run(1), photos, 'no')
    expect(plan.members.map((member) => member.plate)).toEqual(['沪A12345', '粤B12345'])
    const lanes = plan.lanes.map((lane) => lane.map((visit) => visit.view))
    const together = lanes.find((lane) =>
      lane.some((view) => view.kind === 'photo' && view.file === 'a.jpg'),
    )
    expect(together).toContainEqual({ kind: 'photo', file: 'c.jpg' })
    expect(plan.lanes.flat().filter((visit) => visit.member === null)).toHaveLength(1)
  })
})

describe('the command line', () => {
  test('has defaults for everything', () => {
    expect(parseOptions([])).toMatchObject({ refuels: 1, uplink: 'http', json: false })
  })

  test.each([
    [['--refuels', '0'], /refuels/],
    [['--refuels', 'many'], /refuels/],
    [['--uplink', 'pigeon'], /uplink/],
    [['--plate', '沪A12345'], /--photo/],
    [['--photo', 'a.jpg', '--photos', 'b'], /not both/],
    [['--frobnicate'], /frobnicate/],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })
})

test('a percentile is one of the values, and at least that share lies at or under it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const value = percentile(values, share)
        expect(values).toContain(value)
        const under = values.filter((other) => other <= value).length
        expect(under / values.length).toBeGreaterThanOrEqual(share - 1e-9)
      },
    ),
  )
})
