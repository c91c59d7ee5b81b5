import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeField,
  encodeField,
  encodeFields,
  type RegisterField,
  type RegisterType,
  registersOf,
  type WordOrder,
} from '../src/registers.ts'

const field = (type: RegisterType, changes: Partial<RegisterField> = {}): RegisterField => ({
  address: 0,
  type,
  wordOrder: 'high-first',
  bit: 0,
  width: 1,
  multiply: 1,
  divide: 1,
  ...changes,
})

const ranges: Readonly<Record<Exclude<RegisterType, 'bits'>, readonly [number, number]>> = {
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  u64: [0, Number.MAX_SAFE_INTEGER],
  bcd8: [0, 99_999_999],
  bcd12: [0, 999_999_999_999],
}
const wordOrder = fc.constantFrom<WordOrder>('high-first', 'low-first')
const typed = fc.constantFrom(...(Object.keys(ranges) as (keyof typeof ranges)[])).chain((type) => {
  const [min, max] = ranges[type]
  return fc.tuple(
    fc.constant(type),
    fc.maxSafeInteger().map((n) => {
      return min + (Math.abs(n) % (max - min + 1))
    }),
  )
})

test('every value of every type survives the trip through its registers', () => {
  fc.assert(
    fc.property(typed, wordOrder, ([type, value], order) => {
      const registers = encodeField(field(type, { wordOrder: order }), value)
      expect(registers).toHaveLength(registersOf[type])
      for (const register of registers) expect(register & 0xffff).toBe(register)
      expect(decodeField(field(type, { wordOrder: order }), registers)).toBe(value)
    }),
  )
})

test('the ends of every range fit, and one beyond is refused', () => {
  for (const [type, [min, max]] of Object.entries(ranges)) {
    const at = field(type as RegisterType)
    for (const value of [min, max]) expect(decodeField(at, encodeField(at, value))).toBe(value)
    expect(() => encodeField(at, min - 1)).toThrow(RangeError)
    expect(() => encodeField(at, max + 1)).toThrow(RangeError)
  }
})

test('any registers that decode encode to the same registers again', () => {
  const any = fc.constantFrom(...(Object.keys(registersOf) as RegisterType[])).chain((type) => {
    const register = fc.nat({ max: 0xffff })
    const count = registersOf[type]
    return fc.tuple(fc.constant(type), fc.array(register, { minLength: count, maxLength: count }))
  })
  fc.assert(
    fc.property(any, wordOrder, ([type, registers], order) => {
      const whole = field(type, { wordOrder: order, bit: 0, width: 16 })
      let value: number
      try {
        value = decodeField(whole, registers)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        return
      }
      expect(encodeField(whole, value)).toEqual(registers)
    }),
  )
})

test('known register contents mean what the makers say', () => {
  expect(decodeField(field('u32'), [0x0001, 0x86a0])).toBe(100_000)
  expect(decodeField(field('u32', { wordOrder: 'low-first' }), [0x86a0, 0x0001])).toBe(100_000)
  expect(decodeField(field('i16'), [0xffff])).toBe(-1)
  expect(decodeField(field('bcd8'), [0x1234, 0x5678])).toBe(12_345_678)
  expect(decodeField(field('bcd12'), [0x0000, 0x0123, 0x4567])).toBe(1_234_567)
  expect(decodeField(field('bits', { bit: 4, width: 3 }), [0b0101_0000])).toBe(5)
})

test('scaling is exact: what does not come out whole is refused, never rounded', () => {
  const centilitres = field('u16', { multiply: 10 })
  expect(decodeField(centilitres, [1_234])).toBe(12_340)
  expect(() => encodeField(centilitres, 12_345)).toThrow(/between two raw counts/)
  const tenths = field('u32', { divide: 10 })
  expect(decodeField(tenths, [0, 50])).toBe(5)
  expect(() => decodeField(tenths, [0, 51])).toThrow(/not whole/)
})

test('a count beyond 2^53 - 1 is refused rather than changed', () => {
  expect(decodeField(field('u64'), [0x001f, 0xffff, 0xffff, 0xffff])).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => decodeField(field('u64'), [0x0020, 0, 0, 0])).toThrow(RangeError)
})

test('a half byte above 9 is not binary-coded decimal', () => {
  expect(() => decodeField(field('bcd8'), [0x123a, 0])).toThrow(/binary-coded/)
})

test('too few registers are refused', () => {
  expect(() => decodeField(field('u32'), [1])).toThrow(/needs 2 registers/)
})

test('several bits of one register are put together', () => {
  const fields = { low: field('bits'), high: field('bits', { bit: 8, width: 4 }) }
  expect(encodeFields(fields, { low: 1, high: 9 })).toEqual(new Map([[0, 0x0901]]))
})

test('a value that does not fit is named', () => {
  expect(() => encodeFields({ price: field('u16') }, { price: 70_000 })).toThrow(
    /^price: raw 70000/,
  )
  expect(() => encodeFields({}, { price: 1 })).toThrow(/no such field/)
})
