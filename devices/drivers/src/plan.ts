/** A field as the planner sees it: where it lies and how long it is, in registers. */
export type PlannedField = {
  readonly name: string
  readonly address: number
  readonly registers: number
}

/** One read request: `registers` registers from `address` on, and the fields it brings. */
export type ReadBlock = {
  readonly address: number
  readonly registers: number
  readonly fields: readonly PlannedField[]
}

export type ReadRules = {
  /** At most 125: more does not fit a Modbus answer (V1.1b3, section 6.3). */
  readonly registersMax: number
  /** The widest gap of registers nobody asked for that is read along to save a request. */
  readonly gapRegistersMax: number
  /** Inclusive ranges the device does not let anyone read; no block touches them. */
  readonly forbidden: readonly { readonly from: number; readonly to: number }[]
  /** Addresses of fields before which a block must end: what exception 2 has taught. */
  readonly cuts: ReadonlySet<number>
}

/** The Modbus limit of a read of holding or input registers. */
export const readRegistersMax = 125

/**
 * Puts fields together into few read requests, in ascending order of address. Greedy from the
 * lowest address, which is optimal: a block that could be longer never saves a later one.
 *
 * @throws {RangeError} when one field alone is over `registersMax`, or lies in a forbidden range.
 */
export function planReads(fields: readonly PlannedField[], rules: ReadRules): readonly ReadBlock[] {
  const sorted = fields.toSorted((a, b) => a.address - b.address || endOf(a) - endOf(b))
  const blocks: { address: number; registers: number; fields: PlannedField[] }[] = []
  for (const field of sorted) {
    checkAlone(field, rules)
    const block = blocks.at(-1)
    if (block !== undefined && mayJoin(block, field, rules)) {
      block.fields.push(field)
      block.registers = Math.max(endOf(block), endOf(field)) - block.address
    } else {
      blocks.push({ address: field.address, registers: field.registers, fields: [field] })
    }
  }
  return blocks
}

/**
 * What a refused block teaches: where to cut it next time. First at every gap it bridged, for
 * devices that do not answer for registers they do not have; without gaps in the middle.
 *
 * @returns Addresses to add to `cuts`; null when the block holds one field and no cut can help.
 */
export function cutsAfterRefusal(block: ReadBlock): readonly number[] | null {
  const starts = startsOf(block)
  const afterGaps = starts.filter((start) => !start.joined).map((start) => start.address)
  if (afterGaps.length > 0) return afterGaps
  const middle = starts[Math.floor(starts.length / 2)]
  return middle === undefined ? null : [middle.address]
}

/** Every field after the first that begins where a cut is possible, and whether it adjoins. */
function startsOf(block: ReadBlock): { readonly address: number; readonly joined: boolean }[] {
  const starts: { address: number; joined: boolean }[] = []
  let end = block.address
  for (const field of block.fields) {
    if (field.address > block.address && field.address >= end) {
      starts.push({ address: field.address, joined: field.address === end })
    }
    end = Math.max(end, endOf(field))
  }
  return starts
}

function mayJoin(block: ReadBlock, field: PlannedField, rules: ReadRules): boolean {
  const end = endOf(block)
  if (field.address < end) return endOf(field) - block.address <= rules.registersMax
  if (rules.cuts.has(field.address)) return false
  if (field.address - end > rules.gapRegistersMax) return false
  if (endOf(field) - block.address > rules.registersMax) return false
  return !rules.forbidden.some((range) => range.from < field.address && range.to >= end)
}

function checkAlone(field: PlannedField, rules: ReadRules): void {
  if (field.registers > rules.registersMax) {
    throw new RangeError(`${field.name}: ${field.registers} registers are over the limit`)
  }
  const range = rules.forbidden.find((r) => r.from < endOf(field) && r.to >= field.address)
  if (range !== undefined) {
    throw new RangeError(`${field.name} lies in the forbidden ${range.from} to ${range.to}`)
  }
}

/** The first address after a field or block. */
function endOf(span: { readonly address: number; readonly registers: number }): number {
  return span.address + span.registers
}
