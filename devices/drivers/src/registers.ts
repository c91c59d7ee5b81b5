/**
 * How a value lies in 16-bit registers. `bcd8` and `bcd12` hold 8 and 12 decimal digits, one in
 * each half byte; `bits` is a run of bits inside one register, bit 0 the lowest.
 */
export type RegisterType = 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'bcd8' | 'bcd12' | 'bits'

/**
 * Modbus fixes the byte order inside a register (big-endian) but says nothing of the order of
 * registers, and pump makers disagree (MODBUS Application Protocol V1.1b3, section 4.2).
 */
export type WordOrder = 'high-first' | 'low-first'

/** One value in a controller's register map. */
export type RegisterField = {
  /** Address on the wire, counted from 0. */
  readonly address: number
  readonly type: RegisterType
  readonly wordOrder: WordOrder
  /** Only for `bits`: the lowest bit and how many. */
  readonly bit: number
  readonly width: number
  /** raw × multiply ÷ divide = the value in our unit, which must come out whole. */
  readonly multiply: number
  readonly divide: number
}

export const registersOf: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  bcd8: 2,
  bcd12: 3,
  bits: 1,
}

/**
 * Reads one value out of the registers it lies in.
 *
 * @param registers - Exactly the field's registers, in wire order.
 * @returns A whole number in our unit. Never rounded: what does not come out whole is refused.
 * @throws {RangeError} for too few registers, a digit above 9, a result that is not whole or is
 *   beyond 2^53 - 1. The caller knows the device and makes a `DeviceError` of it.
 */
export function decodeField(field: RegisterField, registers: readonly number[]): number {
  const raw = decodeRaw(field, toInteger(field, registers))
  const product = raw * BigInt(field.multiply)
  const divide = BigInt(field.divide)
  if (product % divide !== 0n) throw new RangeError(`${product} ÷ ${divide} is not whole`)
  const value = Number(product / divide)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${product / divide} is beyond 2^53 - 1`)
  return value
}

/**
 * The inverse of `decodeField`.
 *
 * @returns The field's registers in wire order; for `bits` all other bits are 0.
 * @throws {RangeError} for a value that the field cannot hold exactly.
 */
export function encodeField(field: RegisterField, value: number): readonly number[] {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`)
  const product = BigInt(value) * BigInt(field.divide)
  const multiply = BigInt(field.multiply)
  if (product % multiply !== 0n) throw new RangeError(`${value} lies between two raw counts`)
  const raw = product / multiply
  const [min, max] = rawRange(field)
  if (raw < min || raw > max) throw new RangeError(`raw ${raw} is outside ${min} to ${max}`)
  return toRegisters(field, encodeRaw(field, raw))
}

/**
 * Lays several fields into one register image. Bits of one register are put together.
 *
 * @returns Register address → value; addresses that no field touches are absent.
 * @throws {RangeError} naming the field whose value does not fit.
 */
export function encodeFields(
  fields: Readonly<Record<string, RegisterField>>,
  values: Readonly<Record<string, number>>,
): Map<number, number> {
  const image = new Map<number, number>()
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name]
    if (field === undefined) throw new RangeError(`${name}: no such field`)
    for (const [index, register] of encodeNamed(name, field, value).entries()) {
      const address = field.address + index
      image.set(address, (image.get(address) ?? 0) | register)
    }
  }
  return image
}

function encodeNamed(name: string, field: RegisterField, value: number): readonly number[] {
  try {
    return encodeField(field, value)
  } catch (error) {
    throw new RangeError(`${name}: ${String(error instanceof Error ? error.message : error)}`, {
      cause: error,
    })
  }
}

/** The field's registers as one unsigned integer, the most significant register first. */
function toInteger(field: RegisterField, registers: readonly number[]): bigint {
  const count = registersOf[field.type]
  if (registers.length !== count) {
    throw new RangeError(`${field.type} needs ${count} registers, got ${registers.length}`)
  }
  const ordered = field.wordOrder === 'high-first' ? registers : registers.toReversed()
  return ordered.reduce((integer, register) => (integer << 16n) | BigInt(register), 0n)
}

function toRegisters(field: RegisterField, integer: bigint): readonly number[] {
  const count = registersOf[field.type]
  const highFirst = Array.from({ length: count }, (_, index) =>
    Number((integer >> BigInt(16 * (count - 1 - index))) & 0xffffn),
  )
  return field.wordOrder === 'high-first' ? highFirst : highFirst.toReversed()
}

function decodeRaw(field: RegisterField, integer: bigint): bigint {
  switch (field.type) {
    case 'u16':
    case 'u32':
    case 'u64':
      return integer
    case 'i16':
      return BigInt.asIntN(16, integer)
    case 'i32':
      return BigInt.asIntN(32, integer)
    case 'bcd8':
    case 'bcd12':
      return fromBcd(integer, registersOf[field.type] * 4)
    case 'bits':
      return (integer >> BigInt(field.bit)) & ((1n << BigInt(field.width)) - 1n)
  }
}

function encodeRaw(field: RegisterField, raw: bigint): bigint {
  switch (field.type) {
    case 'u16':
    case 'u32':
    case 'u64':
      return raw
    case 'i16':
      return BigInt.asUintN(16, raw)
    case 'i32':
      return BigInt.asUintN(32, raw)
    case 'bcd8':
    case 'bcd12':
      return BigInt(`0x${raw}`)
    case 'bits':
      return raw << BigInt(field.bit)
  }
}

function rawRange(field: RegisterField): readonly [bigint, bigint] {
  const bits = BigInt(16 * registersOf[field.type])
  switch (field.type) {
    case 'u16':
    case 'u32':
    case 'u64':
      return [0n, (1n << bits) - 1n]
    case 'i16':
    case 'i32':
      return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
    case 'bcd8':
    case 'bcd12':
      return [0n, 10n ** (bits / 4n) - 1n]
    case 'bits':
      return [0n, (1n << BigInt(field.width)) - 1n]
  }
}

function fromBcd(integer: bigint, digits: number): bigint {
  const text = integer.toString(16).padStart(digits, '0')
  if (/[a-f]/.test(text)) throw new RangeError(`${text} is not binary-coded decimal`)
  return BigInt(text)
}
