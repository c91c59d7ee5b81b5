import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  coloursOf,
  normalisePlate,
  officeLetters,
  Plate,
  PlateType,
  plateTypeOf,
  provinces,
  serialLetters,
} from '../src/index.ts'

const from = (characters: string) => fc.constantFrom(...characters)
const digit = from('0123456789')
const serial = from(`${serialLetters}0123456789`)
const energy = from('ABCDEFGHJK')

const plates = fc.oneof(
  fc.tuple(from(provinces), from(officeLetters), fc.array(serial, { minLength: 5, maxLength: 5 })),
  fc.tuple(
    from(provinces),
    from(officeLetters),
    fc
      .tuple(energy, serial, fc.array(digit, { minLength: 4, maxLength: 4 }))
      .map(([a, b, rest]) => [a, b, ...rest]),
  ),
  fc.tuple(
    from(provinces),
    from(officeLetters),
    fc
      .tuple(fc.array(digit, { minLength: 5, maxLength: 5 }), energy)
      .map(([rest, last]) => [...rest, last]),
  ),
)
const plateText = plates.map(([province, office, rest]) => `${province}${office}${rest.join('')}`)

describe('plate grammar', () => {
  test('there are 31 provinces, each once', () => {
    expect(new Set(provinces).size).toBe(31)
    expect([...provinces]).toHaveLength(31)
  })

  test.each([
    ['皖A13H25', 'ordinary'],
    ['粤O12345', 'ordinary'],
    ['皖AD12345', 'new_energy_small'],
    ['京AF12345', 'new_energy_small'],
    ['沪A12345D', 'new_energy_large'],
    ['京A1234学', 'trainer'],
    ['京A1234挂', 'trailer'],
    ['京A1234警', 'police'],
    ['粤Z1A23港', 'hong_kong'],
    ['粤ZA123澳', 'macau'],
    ['沪A0023领', 'consulate'],
    ['224578使', 'embassy'],
    ['WJ京12345', 'armed_police'],
    ['WJ12345', 'armed_police'],
    ['VA12345', 'military'],
    ['皖0112345', 'farm'],
  ] as const)('%s is %s', (text, type) => {
    expect(plateTypeOf(text)).toBe(type)
  })

  test.each([
    '',
    '皖',
    '皖A1234',
    '皖AI2345',
    '皖A1234O',
    '皖I12345',
    'ABCDEFG',
    '皖A123456',
    '皖011234',
    '皖O112345',
    '京Z1234港',
  ])('%j is no plate', (text) => {
    expect(plateTypeOf(text)).toBeNull()
    expect(Plate.safeParse(text).success).toBe(false)
  })

  test('normal form is reached in one step and keeps a plate as it is', () => {
    fc.assert(
      fc.property(plateText, (text) => {
        expect(normalisePlate(text)).toBe(text)
        expect(Plate.parse(text)).toBe(text)
        const dotted = `${text.slice(0, 2)}·${text.slice(2)}`.toLowerCase()
        expect(normalisePlate(` ${dotted} `)).toBe(text)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = normalisePlate(text)
        expect(normalisePlate(once)).toBe(once)
      }),
    )
  })

  test.each([...'·•・‧●∙⋅.,-–—_･－＿ '])('%j between office and serial is dropped', (dot) => {
    expect(normalisePlate(`皖A${dot}13H25`)).toBe('皖A13H25')
  })

  test('every type stands on some colour', () => {
    for (const type of PlateType.options) expect(coloursOf(type)).not.toHaveLength(0)
  })
})
