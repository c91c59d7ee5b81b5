import { type Identity, Identity as IdentitySchema } from '@forecourt/contracts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MatchInput, match, type RegisteredVehicle } from '../src/members/match.ts'

const plates = ['沪A12345', '沪A12346', '京B00001', '粤ZF001港', '沪AD12345'] as const
const members = ['m-1', 'm-2', 'm-3']
const vehicleIds = ['v-01', 'v-02', 'v-03', 'v-04']

const plateVote = fc.record({
  plate: fc.constantFrom(...plates),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  frames: fc.constant(2),
  colour: fc.constant(null),
  raw: fc.constant(''),
})
const evidence = fc.record({
  vehicleId: fc.constantFrom(...vehicleIds),
  plateHint: fc.option(fc.constantFrom(...plates)),
  onSite: fc.boolean(),
  flapOpen: fc.boolean(),
  levelRiseMl: fc.option(fc.integer({ min: 0, max: 60_000 })),
  lastSeenAt: fc.constant('2026-11-23T06:00:00Z'),
})
const identity = fc
  .record({
    plates: fc.uniqueArray(plateVote, { maxLength: 3, selector: ({ plate }) => plate }),
    vehicles: fc.array(evidence, { maxLength: 4 }),
  })
  .map((value) => IdentitySchema.parse(value))
const registered = fc
  .uniqueArray(
    fc.record({
      vehicleId: fc.constantFrom(...vehicleIds),
      memberId: fc.constantFrom(...members),
      plate: fc.constantFrom(...plates),
    }),
    { maxLength: 4, selector: ({ vehicleId }) => vehicleId },
  )
  .map((list): readonly RegisteredVehicle[] => list)
const input: fc.Arbitrary<MatchInput> = fc.record({
  identity,
  volumeMl: fc.option(fc.integer({ min: 0, max: 60_000 })),
  registered,
  acceptConfidence: fc.constant(0.9),
})

const runs = { numRuns: 3_000 }

describe('matching', () => {
  test('a matched member registered, character for character, the best plate that was read', () => {
    fc.assert(
      fc.property(input, (given) => {
        const result = match(given)
        if (result.kind === 'unmatched') return
        const best = Math.max(...given.identity.plates.map(({ confidence }) => confidence))
        const vehicle = given.registered.find(({ vehicleId }) => vehicleId === result.vehicleId)
        expect(vehicle?.memberId).toBe(result.memberId)
        const read = given.identity.plates.find(({ plate }) => plate === vehicle?.plate)
        expect(read?.confidence).toBe(best)
      }),
      runs,
    )
  })

  test('what a car says its plate is changes nothing', () => {
    fc.assert(
      fc.property(input, (given) => {
        const vehicles = given.identity.vehicles.map((seen) => ({ ...seen, plateHint: null }))
        const without = { ...given, identity: { ...given.identity, vehicles } }
        expect(match(without)).toEqual(match(given))
      }),
      runs,
    )
  })

  test('neither the order of reads nor of cars nor of registrations changes anything', () => {
    fc.assert(
      fc.property(input, (given) => {
        // Two plates of one confidence are both best: which stands first decides, and may.
        fc.pre(
          new Set(given.identity.plates.map((read) => read.confidence)).size ===
            given.identity.plates.length,
        )
        const turned: MatchInput = {
          ...given,
          registered: [...given.registered].reverse(),
          identity: {
            plates: [...given.identity.plates].reverse(),
            vehicles: [...given.identity.vehicles].reverse(),
          },
        }
        expect(match(turned)).toEqual(match(given))
      }),
      runs,
    )
  })

  test('one more contradiction never turns an unmatched refuel into a matched one', () => {
    fc.assert(
      fc.property(input, fc.constantFrom(...vehicleIds), (given, vehicleId) => {
        const before = match(given)
        const elsewhere: Identity['vehicles'][number] = {
          vehicleId,
          plateHint: null,
          onSite: false,
          flapOpen: false,
          levelRiseMl: null,
          lastSeenAt: '2026-11-23T06:00:00Z',
        }
        const vehicles = [...given.identity.vehicles, elsewhere]
        const after = match({ ...given, identity: { ...given.identity, vehicles } })
        // Of two cars of one plate the one that turns out to be away speaks for the other.
        const contenders = given.registered.filter(({ plate }) => plate === bestPlateOf(given))
        const isOneOfTwo =
          contenders.length > 1 && contenders.some((each) => each.vehicleId === vehicleId)
        if (before.kind === 'unmatched' && !isOneOfTwo) expect(after.kind).toBe('unmatched')
      }),
      runs,
    )
  })

  test('another member who registers the same plate never makes a match of none', () => {
    fc.assert(
      fc.property(input, fc.constantFrom(...plates), (given, plate) => {
        const newcomer = { vehicleId: 'v-99', memberId: 'm-99', plate }
        const after = match({ ...given, registered: [...given.registered, newcomer] })
        if (match(given).kind === 'unmatched' && after.kind === 'matched') {
          expect(after.memberId).toBe('m-99')
        }
      }),
      runs,
    )
  })

  test('a less sure read is never matched where a surer one was not', () => {
    fc.assert(
      fc.property(input, (given) => {
        const dimmed = given.identity.plates.map((read) => ({
          ...read,
          confidence: read.confidence / 2,
        }))
        const after = match({ ...given, identity: { ...given.identity, plates: dimmed } })
        if (match(given).kind === 'unmatched') expect(after.kind).toBe('unmatched')
      }),
      runs,
    )
  })

  const own = { vehicleId: 'v-01', memberId: 'm-1', plate: '沪A12345' }
  const near = { vehicleId: 'v-02', memberId: 'm-2', plate: '沪A12346' }
  const here = (vehicleId: string, more: object = {}) => ({
    vehicleId,
    plateHint: null,
    onSite: true,
    flapOpen: false,
    levelRiseMl: null,
    lastSeenAt: '2026-11-23T06:00:00Z',
    ...more,
  })
  const given = (
    reads: readonly (readonly [string, number])[],
    vehicles: readonly object[],
    cars: readonly RegisteredVehicle[] = [own],
  ): MatchInput => ({
    identity: IdentitySchema.parse({
      plates: reads.map(([plate, confidence]) => ({
        plate,
        confidence,
        frames: 1,
        colour: null,
        raw: '',
      })),
      vehicles,
    }),
    volumeMl: 40_000,
    registered: cars,
    acceptConfidence: 0.9,
  })
  const [a, b] = ['沪A12345', '沪A12346']

  test.each<[string, MatchInput, string]>([
    ['a sure plate of one member', given([[a, 0.95]], []), 'plate'],
    ['an unsure plate', given([[a, 0.8]], []), 'plate_uncertain'],
    [
      'an unsure plate with its car, flap open',
      given([[a, 0.8]], [here('v-01', { flapOpen: true })]),
      'plate_and_vehicle',
    ],
    [
      'an unsure plate with its car, tank risen as sold',
      given([[a, 0.8]], [here('v-01', { levelRiseMl: 38_000 })]),
      'plate_and_vehicle',
    ],
    [
      'an unsure plate with its car only passing',
      given([[a, 0.8]], [here('v-01')]),
      'plate_uncertain',
    ],
    [
      'an unsure plate with its car, tank risen otherwise',
      given([[a, 0.8]], [here('v-01', { levelRiseMl: 10_000 })]),
      'plate_uncertain',
    ],
    ['a sure plate, one character from a member’s', given([[b, 0.99]], []), 'plate_unknown'],
    [
      'a sure plate, the runner-up another member’s',
      given(
        [
          [a, 0.95],
          [b, 0.04],
        ],
        [],
        [own, near],
      ),
      'match_ambiguous',
    ],
    [
      'the same with its own car, flap open',
      given(
        [
          [a, 0.95],
          [b, 0.04],
        ],
        [here('v-01', { flapOpen: true })],
        [own, near],
      ),
      'plate_and_vehicle',
    ],
    [
      'a sure plate whose own car is elsewhere',
      given([[a, 0.99]], [here('v-01', { onSite: false })]),
      'match_ambiguous',
    ],
    [
      'a sure plate, but another car took these litres',
      given([[a, 0.99]], [here('v-02', { flapOpen: true, levelRiseMl: 40_100 })], [own, near]),
      'match_ambiguous',
    ],
    [
      'a sure plate, another car busy at the next pump',
      given([[a, 0.99]], [here('v-02', { flapOpen: true, levelRiseMl: 20_000 })], [own, near]),
      'plate',
    ],
    [
      'a plate of two members',
      given([[a, 0.99]], [], [own, { ...near, plate: a }]),
      'match_ambiguous',
    ],
    [
      'a plate of two members, one’s car here',
      given([[a, 0.99]], [here('v-02', { flapOpen: true })], [own, { ...near, plate: a }]),
      'plate_and_vehicle',
    ],
    [
      'a plate of two members, both cars here',
      given(
        [[a, 0.99]],
        [here('v-01', { flapOpen: true }), here('v-02', { flapOpen: true })],
        [own, { ...near, plate: a }],
      ),
      'match_ambiguous',
    ],
    [
      'a car that says who it is, and no plate',
      given([], [here('v-01', { flapOpen: true, plateHint: a })]),
      'no_plate',
    ],
  ])('%s', (_name, of, outcome) => {
    const result = match(of)
    expect(result.kind === 'matched' ? result.by : result.reason).toBe(outcome)
  })
})

function bestPlateOf({ identity: { plates: reads } }: MatchInput): string | undefined {
  return [...reads].sort((x, y) => y.confidence - x.confidence)[0]?.plate
}
