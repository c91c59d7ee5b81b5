import { z } from 'zod'

/**
 * What a contract's bank does. `times_out` takes the money but never answers the charge;
 * `answers_twice` answers and notifies twice.
 */
export const Behaviour = z.enum(['pays', 'refuses', 'times_out', 'answers_twice'])
export type Behaviour = z.infer<typeof Behaviour>

/** What a merchant asks: body of `POST /v1/charges`. */
export const ChargeRequest = z.strictObject({
  outTradeNo: z
    .string()
    .regex(/^[A-Za-z0-9_.:|*-]{1,64}$/, 'use 1 to 64 of A-Z a-z 0-9 _ . : | * -'),
  contractId: z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'use 1 to 64 of A-Z a-z 0-9 _ . : -'),
  amountFen: z.number().int().positive().max(100_000_000),
  description: z.string().max(200),
  notifyUrl: z.url({ protocol: /^https?$/ }).max(500),
})
export type ChargeRequest = z.infer<typeof ChargeRequest>

const ChargeState = z.enum(['paid', 'refused', 'processing'])

/** A line of the book. The book is nothing but its lines in order, so a file of them restores it. */
export const BookLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('contract'), contractId: z.string(), behaviour: Behaviour }),
  z.strictObject({
    kind: z.literal('charge'),
    outTradeNo: z.string(),
    transactionId: z.string(),
    contractId: z.string(),
    amountFen: z.number().int(),
    state: ChargeState,
    reason: z.string().nullable(),
    createdAt: z.string(),
  }),
  /** Money left the member's account. Never more than one a charge, or the provider is broken. */
  z.strictObject({ kind: z.literal('taken'), outTradeNo: z.string(), amountFen: z.number().int() }),
])
export type BookLine = z.infer<typeof BookLine>

/** A charge as the control plane shows it. */
export type Charge = Omit<Extract<BookLine, { kind: 'charge' }>, 'kind'> & {
  readonly takenTimes: number
  readonly takenFen: number
}

export type Decision =
  | { readonly kind: 'new'; readonly lines: readonly BookLine[] }
  /** Known already: nothing is taken again. */
  | { readonly kind: 'again'; readonly charge: Charge }
  /** The same number on other terms. */
  | { readonly kind: 'conflict'; readonly field: 'amountFen' | 'contractId' }

export type Book = {
  readonly contracts: ReadonlyMap<string, Behaviour>
  readonly charges: ReadonlyMap<string, Charge>
  /** What a request leads to. Changes nothing: keep the lines, then `write` them. */
  decide(request: ChargeRequest, mint: { transactionId: string; createdAt: string }): Decision
  write(line: BookLine): void
}

/** An empty book. No clock, no chance, no I/O: the same lines always make the same book. */
export function createBook(): Book {
  const contracts = new Map<string, Behaviour>()
  const charges = new Map<string, Charge>()
  return {
    contracts,
    charges,
    decide: (request, mint) => {
      const known = charges.get(request.outTradeNo)
      if (known) return judgeAgain(known, request)
      return { kind: 'new', lines: linesFor(request, contracts.get(request.contractId), mint) }
    },
    write: (line) => {
      switch (line.kind) {
        case 'contract':
          contracts.set(line.contractId, line.behaviour)
          return
        case 'charge': {
          const { kind: _, ...charge } = line
          charges.set(line.outTradeNo, { ...charge, takenTimes: 0, takenFen: 0 })
          return
        }
        case 'taken': {
          const charge = charges.get(line.outTradeNo)
          if (charge) charges.set(line.outTradeNo, taken(charge, line.amountFen))
          return
        }
      }
    },
  }
}

const taken = (charge: Charge, amountFen: number): Charge => ({
  ...charge,
  takenTimes: charge.takenTimes + 1,
  takenFen: charge.takenFen + amountFen,
})

function judgeAgain(known: Charge, request: ChargeRequest): Decision {
  if (known.amountFen !== request.amountFen) return { kind: 'conflict', field: 'amountFen' }
  if (known.contractId !== request.contractId) return { kind: 'conflict', field: 'contractId' }
  return { kind: 'again', charge: known }
}

function linesFor(
  request: ChargeRequest,
  behaviour: Behaviour | undefined,
  mint: { transactionId: string; createdAt: string },
): readonly BookLine[] {
  const { outTradeNo, contractId, amountFen } = request
  const reason = refusalOf(behaviour)
  const state = reason === null ? 'paid' : 'refused'
  const charge = {
    kind: 'charge',
    outTradeNo,
    contractId,
    amountFen,
    state,
    reason,
    ...mint,
  } as const
  return reason === null ? [charge, { kind: 'taken', outTradeNo, amountFen }] : [charge]
}

function refusalOf(behaviour: Behaviour | undefined): string | null {
  switch (behaviour) {
    case undefined:
      return 'contract_unknown'
    case 'refuses':
      return 'refused_by_bank'
    case 'pays':
    case 'times_out':
    case 'answers_twice':
      return null
  }
}
