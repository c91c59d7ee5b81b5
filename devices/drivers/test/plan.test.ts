import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cutsAfterRefusal,
  type PlannedField,
  planReads,
  type ReadRules,
  readRegistersMax,
} from '../src/plan.ts'

const rules = (changes: Partial<ReadRules> = {}): ReadRules => ({
  registersMax: readRegistersMax,
  gapRegistersMax: 8,
  forbidden: [],
  cuts: new Set(),
  ...changes,
})
const at = (address: number, registers = 1): PlannedField => {
  return { name: `r${address}`, address, registers }
}
const spans = (blocks: readonly { readonly address: number; readonly registers: number }[]) =>
  blocks.map(({ address, registers }) => [address, registers])

/** Fields as a register map has them: no two overlap. */
const fields = fc
  .array(fc.record({ gap: fc.nat({ max: 20 }), registers: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 120,
  })
  .map((steps) => {
    let address = 0
    return steps.map(({ gap, registers }) => {
      const field = at(address + gap, registers)
      address = field.address + registers
      return field
    })
  })
const anyRules = fc
  .record({
    registersMax: fc.integer({ min: 4, max: readRegistersMax }),
    gapRegistersMax: fc.nat({ max: 30 }),
    cuts: fc.uniqueArray(fc.nat({ max: 500 })).map((cuts) => new Set(cuts)),
  })
  .map((changes) => rules(changes))

test('every field is read whole, once, by a block within the limit', () => {
  fc.assert(
    fc.property(fields, anyRules, (wanted, given) => {
      const blocks = planReads(wanted, given)
      expect(blocks.flatMap((block) => block.fields)).toEqual(wanted)
      expect(blocks.length).toBeLessThanOrEqual(wanted.length)
      for (const block of blocks) {
        expect(block.registers).toBeLessThanOrEqual(given.registersMax)
        for (const field of block.fields) {
          expect(field.address).toBeGreaterThanOrEqual(block.address)
          const end = field.address + field.registers
          expect(end).toBeLessThanOrEqual(block.address + block.registers)
        }
      }
    }),
  )
})

test('blocks ascend and never overlap, whatever order the fields are given in', () => {
  const shuffled = fields.chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
  fc.assert(
    fc.property(shuffled, anyRules, (wanted, given) => {
      const blocks = planReads(wanted, given)
      for (const [index, block] of blocks.entries()) {
        const before = blocks[index - 1]
        if (before === undefined) continue
        expect(block.address).toBeGreaterThanOrEqual(before.address + before.registers)
      }
      expect(blocks).toEqual(
        planReads(
          wanted.toSorted((a, b) => a.address - b.address),
          given,
        ),
      )
    }),
  )
})

test('no block touches a forbidden range or bridges more than the widest gap', () => {
  fc.assert(
    fc.property(fields, fc.nat({ max: 30 }), fc.nat({ max: 300 }), (wanted, gap, from) => {
      const range = { from, to: from + 3 }
      const allowed = wanted.filter((f) => f.address > range.to || f.address + f.registers <= from)
      const given = rules({ gapRegistersMax: gap, forbidden: [range] })
      for (const block of planReads(allowed, given)) {
        const end = block.address + block.registers
        expect(end <= range.from || block.address > range.to).toBe(true)
        const inside = block.fields.reduce((sum, field) => sum + field.registers, 0)
        expect(block.registers - inside).toBeLessThanOrEqual(gap * (block.fields.length - 1))
      }
    }),
  )
})

test('no plan needs fewer blocks than the greedy one', () => {
  const few = fields.map((list) => list.slice(0, 10))
  fc.assert(
    fc.property(few, anyRules, (wanted, given) => {
      expect(planReads(wanted, given).length).toBe(fewestBlocks(wanted, given))
    }),
  )
})

/** Tries every way to end the first block. Slow and plain, to compare with. */
function fewestBlocks(wanted: readonly PlannedField[], given: ReadRules): number {
  if (wanted.length === 0) return 0
  const counts = wanted.map((_, index) => {
    const isOneBlock = planReads(wanted.slice(0, index + 1), given).length === 1
    return isOneBlock ? 1 + fewestBlocks(wanted.slice(index + 1), given) : wanted.length
  })
  return Math.min(...counts)
}

test('a device that refuses gaps or long reads ends up answered field by field at worst', () => {
  fc.assert(
    fc.property(fields, fc.integer({ min: 4, max: 40 }), (wanted, longest) => {
      const known = new Set(
        wanted.flatMap((f) => Array.from({ length: f.registers }, (_, i) => f.address + i)),
      )
      const refuses = (address: number, registers: number) =>
        registers > longest ||
        Array.from({ length: registers }, (_, i) => address + i).some((a) => !known.has(a))
      const cuts = new Set<number>()
      for (let round = 0; round <= wanted.length; round++) {
        const blocks = planReads(wanted, rules({ gapRegistersMax: 20, cuts }))
        const refused = blocks.find((block) => refuses(block.address, block.registers))
        if (refused === undefined) return
        const learnt = cutsAfterRefusal(refused)
        expect(learnt).not.toBeNull()
        for (const address of learnt ?? []) cuts.add(address)
      }
      expect.unreachable('still refused after as many lessons as there are fields')
    }),
  )
})

test('adjoining fields make one block, small gaps are read along, wide ones are not', () => {
  expect(spans(planReads([at(10, 2), at(12)], rules()))).toEqual([[10, 3]])
  expect(spans(planReads([at(10), at(19)], rules()))).toEqual([[10, 10]])
  expect(spans(planReads([at(10), at(20)], rules()))).toEqual([
    [10, 1],
    [20, 1],
  ])
})

test('a block ends at 125 registers without splitting a field', () => {
  const wanted = Array.from({ length: 42 }, (_, index) => at(index * 3, 3))
  expect(spans(planReads(wanted, rules()))).toEqual([
    [0, 123],
    [123, 3],
  ])
})

test('a refused block without gaps is halved, a single field cannot be helped', () => {
  const [block] = planReads([at(0), at(1), at(2)], rules())
  expect(block && cutsAfterRefusal(block)).toEqual([2])
  const [alone] = planReads([at(0, 4)], rules())
  expect(alone && cutsAfterRefusal(alone)).toBeNull()
})

test('a field in a forbidden range, or longer than a read, is a mistake', () => {
  expect(() => planReads([at(5, 2)], rules({ forbidden: [{ from: 6, to: 9 }] }))).toThrow(
    /forbidden/,
  )
  expect(() => planReads([at(5, 4)], rules({ registersMax: 3 }))).toThrow(/over the limit/)
})
