import { readFileSync } from 'node:fs'
import { FpState, FuellingPointReading, PumpCommand } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeCommand,
  encodeCommand,
  listProfiles,
  loadProfile,
  ProfileError,
  parseProfile,
  toFieldValues,
  toReading,
} from '../src/index.ts'

type Json = Record<string, unknown>
type Fields = Record<string, Json>

const file = (name: string): Json & { fields: Fields } =>
  JSON.parse(readFileSync(`${import.meta.dirname}/../profiles/${name}.json`, 'utf8'))

/** The complaint about a changed copy of our own profile. */
const complaint = (change: (profile: Json & { fields: Fields }) => void): string => {
  const profile = file('forecourt-v1')
  change(profile)
  try {
    parseProfile('forecourt-v1', profile)
  } catch (error) {
    expect(error).toMatchObject({ code: 'profile_invalid' })
    return String(error)
  }
  throw new Error('the profile was accepted')
}

test('every profile that ships is valid', () => {
  expect(listProfiles()).toEqual(['compac-c5000', 'forecourt-v1'])
  for (const name of listProfiles()) expect(loadProfile(name).name).toBe(name)
})

test('an unknown profile is answered with the known ones', () => {
  expect(() => loadProfile('gilbarco')).toThrow(ProfileError)
  expect(() => loadProfile('../../package')).toThrow(/known are compac-c5000, forecourt-v1/)
})

test('every mistake is named at once', () => {
  const text = complaint(({ fields }) => {
    fields['volume'] = { address: 5, type: 'u32', meaning: 'over the price' }
    fields['saleNumber'] = { address: 14, type: 'u16', registers: 2, meaning: 'two registers' }
    fields['saleTotaliser'] = { address: 65_534, type: 'u64', meaning: 'past the end' }
  })
  expect(text).toMatch(/fields\.volume: overlaps unitPrice/)
  expect(text).toMatch(/fields\.saleNumber\.registers: u16 takes 1 registers, not 2/)
  expect(text).toMatch(/fields\.saleTotaliser\.address: .* 65534 to 65537/)
})

test('wrong shapes are named with their path, also all at once', () => {
  const text = complaint((profile) => {
    profile['addressBase'] = 2
    profile.fields['volume'] = { address: 6, type: 'float', meaning: 'no such type' }
    profile['speed'] = 1
  })
  expect(text).toMatch(/addressBase/)
  expect(text).toMatch(/fields\.volume\.type/)
  expect(text).toMatch(/speed/)
})

test('a role or control that names no field is a mistake', () => {
  const text = complaint(({ fields }) => {
    delete fields['saleAmount']
    delete fields['commandNumber']
  })
  expect(text).toMatch(/names the field saleAmount/)
  expect(text).toMatch(/controls\.lock: writes commandNumber/)
})

test('a command must be one write: its fields adjoin', () => {
  const text = complaint(({ fields }) => {
    fields['commandNumber'] = { address: 80, type: 'u16', meaning: 'too far' }
  })
  expect(text).toMatch(/controls\.authorise: commandNumber must adjoin .* at 69/)
})

test('a profile under another name is refused', () => {
  expect(() => parseProfile('ours', file('forecourt-v1'))).toThrow(/says "forecourt-v1"/)
})

test('printed addresses that count from 1 lie one lower on the wire', () => {
  const profile = file('forecourt-v1')
  for (const field of Object.values(profile.fields)) field['address'] = Number(field['address']) + 1
  const shifted = parseProfile('forecourt-v1', { ...profile, addressBase: 1 })
  expect(shifted.fields).toEqual(loadProfile('forecourt-v1').fields)
})

describe('readings', () => {
  const profile = loadProfile('forecourt-v1')
  const u32 = fc.nat({ max: 0xffff_ffff })
  const u16 = fc.integer({ min: 1, max: 0xffff })
  const total = fc.maxSafeInteger().map(Math.abs)
  const sale = fc.record({
    transactionNumber: u16,
    nozzle: fc.integer({ min: 1, max: 8 }),
    volumeMl: u32,
    unitPriceFenPerLitre: u16,
    amountFen: u32,
    endReason: fc.constantFrom('hung_up', 'preset', 'no_flow', 'remote_stop', 'limit', 'error'),
    totaliserMl: total,
  })
  const reading = fc
    .record({
      fuellingPoint: fc.integer({ min: 1, max: 99 }),
      state: fc.constantFrom(...FpState.options),
      liftedNozzle: fc.option(fc.integer({ min: 1, max: 8 })),
      locked: fc.boolean(),
      unitPriceFenPerLitre: u16,
      volumeMl: u32,
      amountFen: u32,
      totaliserMl: total,
      lastSale: fc.option(sale),
    })
    .map((data) => FuellingPointReading.parse(data))

  test('what a controller of ours shows is what is read', () => {
    fc.assert(
      fc.property(reading, (shown) => {
        const values = toFieldValues(profile, shown, {})
        expect(toReading(profile, shown.fuellingPoint, values)).toEqual(shown)
      }),
    )
  })

  test('another map version, an unlisted code or no price are refused by name', () => {
    const [shown] = fc.sample(reading, 1)
    if (shown === undefined) throw new Error('no sample')
    const values = toFieldValues(profile, shown, {})
    const read = (changes: Record<string, number>) =>
      toReading(profile, 1, { ...values, ...changes })
    expect(() => read({ mapVersion: 2 })).toThrow(/mapVersion is 2, not 1/)
    expect(() => read({ state: 12 })).toThrow(/state: the profile has no code 12/)
    expect(() => read({ unitPrice: 0 })).toThrow(/unitPriceFenPerLitre/)
  })

  test('a Compac flag word becomes a state by the first rule that fits', () => {
    const compac = loadProfile('compac-c5000')
    const base = { unitPrice: 789, volume: 0, amount: 0, totaliser: 5, lock: 0, saleEnd: 0 }
    const sale = { saleVolume: 0, saleAmount: 0 }
    const stateOf = (hoseLifted: number, delivering: number, fault: number) =>
      toReading(compac, 1, { ...base, ...sale, hoseLifted, delivering, fault }).state
    expect(stateOf(0, 0, 0)).toBe('idle')
    expect(stateOf(1, 0, 0)).toBe('calling')
    expect(stateOf(1, 1, 0)).toBe('fuelling')
    expect(stateOf(1, 1, 1)).toBe('inoperative')
  })
})

describe('commands', () => {
  const profile = loadProfile('forecourt-v1')
  const value = fc.nat({ max: 0xffff_ffff })
  const preset = fc.oneof(
    fc.constant(null),
    value.map((amountFen) => ({ by: 'amount', amountFen })),
    value.map((volumeMl) => ({ by: 'volume', volumeMl })),
  )
  const price = {
    nozzle: fc.integer({ min: 1, max: 8 }),
    unitPriceFenPerLitre: fc.integer({ min: 1, max: 65_535 }),
  }
  const fuellingPoint = fc.constant(3)
  const command = fc
    .oneof(
      fc.record({ type: fc.constant('authorise'), fuellingPoint, preset }),
      fc.record({ type: fc.constantFrom('lock', 'unlock', 'stop'), fuellingPoint }),
      fc.record({ type: fc.constant('set_price'), fuellingPoint, ...price }),
    )
    .map((data) => PumpCommand.parse(data))

  test('every command survives the trip through the control registers', () => {
    fc.assert(
      fc.property(command, fc.integer({ min: 1, max: 65_535 }), (given, commandNumber) => {
        const request = encodeCommand(profile, given, commandNumber)
        expect(request?.registers).toHaveLength(6)
        expect(request && decodeCommand(profile, 3, request)).toEqual({
          command: given,
          commandNumber,
        })
      }),
    )
  })

  test('half a command, or one that is not listed, is none', () => {
    const request = encodeCommand(profile, { type: 'lock', fuellingPoint: 3 }, 9)
    if (request === null) throw new Error('no request')
    const short = { ...request, registers: request.registers.slice(0, 5) }
    expect(decodeCommand(profile, 3, short)).toBeNull()
    const strange = { ...request, registers: [77, ...request.registers.slice(1)] }
    expect(decodeCommand(profile, 3, strange)).toBeNull()
  })

  test('a profile without a control has no such request', () => {
    const authorise = { type: 'authorise', fuellingPoint: 1, preset: null } as const
    expect(encodeCommand(loadProfile('compac-c5000'), authorise, 1)).toBeNull()
  })
})
