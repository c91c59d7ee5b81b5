import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Behaviour,
  type BookLine,
  type ChargeRequest,
  createBook,
} from '../src/providers/charges.ts'

const mint = { transactionId: 't-1', createdAt: '2026-01-01T00:00:00.000Z' }
const request = (change: Partial<ChargeRequest> = {}): ChargeRequest => ({
  outTradeNo: 'intent-1',
  contractId: 'c-1',
  amountFen: 100,
  description: '',
  notifyUrl: 'http://127.0.0.1/n',
  ...change,
})

/** Few numbers, contracts and amounts, so that requests meet. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('contract' as const),
    contractId: fc.constantFrom('c-1', 'c-2'),
    behaviour: fc.constantFrom(...Behaviour.options),
  }),
  fc
    .record({
      outTradeNo: fc.constantFrom('a', 'b', 'c', 'd'),
      contractId: fc.constantFrom('c-1', 'c-2', 'c-unknown'),
      amountFen: fc.constantFrom(100, 200),
    })
    .map((change) => ({ kind: 'request' as const, request: request(change) })),
)

/** Plays steps and gives the book, and its lines in the order they were written. */
function play(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const book = createBook()
  const lines: BookLine[] = []
  const write = (line: BookLine) => {
    lines.push(line)
    book.write(line)
  }
  for (const [index, taken] of steps.entries()) {
    if (taken.kind === 'contract') {
      write(taken)
      continue
    }
    const decision = book.decide(taken.request, { ...mint, transactionId: `t-${index}` })
    if (decision.kind === 'new') for (const line of decision.lines) write(line)
  }
  return { book, lines }
}

describe('the provider’s book', () => {
  test('whatever is asked, money is taken at most once a charge, and the amount of the first request', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { book } = play(steps)
        for (const charge of book.charges.values()) {
          expect(charge.takenTimes).toBe(charge.state === 'paid' ? 1 : 0)
          expect(charge.takenFen).toBe(charge.state === 'paid' ? charge.amountFen : 0)
        }
      }),
    )
  })

  test('its lines alone restore it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { book, lines } = play(steps)
        const restored = createBook()
        for (const line of lines) restored.write(line)
        expect([...restored.charges]).toEqual([...book.charges])
        expect([...restored.contracts]).toEqual([...book.contracts])
      }),
    )
  })

  test('would show money taken twice, were it ever taken twice', () => {
    const book = createBook()
    book.write({ kind: 'contract', contractId: 'c-1', behaviour: 'pays' })
    const decision = book.decide(request(), mint)
    if (decision.kind !== 'new') throw new Error('the first request is new')
    for (const line of decision.lines) book.write(line)
    book.write({ kind: 'taken', outTradeNo: 'intent-1', amountFen: 100 })
    expect(book.charges.get('intent-1')).toMatchObject({ takenTimes: 2, takenFen: 200 })
  })

  test('a charge once decided stays so when the bank changes its mind', () => {
    const { book } = play([
      { kind: 'contract', contractId: 'c-1', behaviour: 'refuses' },
      { kind: 'request', request: request() },
      { kind: 'contract', contractId: 'c-1', behaviour: 'pays' },
    ])
    const again = book.decide(request(), mint)
    expect(again).toMatchObject({ kind: 'again', charge: { state: 'refused', takenTimes: 0 } })
  })

  test.each(['amountFen', 'contractId'] as const)(
    'the same number with another %s is a conflict',
    (field) => {
      const { book } = play([{ kind: 'request', request: request() }])
      const other = field === 'amountFen' ? { amountFen: 101 } : { contractId: 'c-9' }
      expect(book.decide(request(other), mint)).toEqual({ kind: 'conflict', field })
    },
  )

  test('a contract nobody made is refused', () => {
    const { book } = play([{ kind: 'request', request: request() }])
    expect(book.charges.get('intent-1')).toMatchObject({
      state: 'refused',
      reason: 'contract_unknown',
    })
  })
})
