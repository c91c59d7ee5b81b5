import type { Kysely } from 'kysely'
import {
  findTransfer,
  fuelSalesOf,
  LedgerError,
  type LedgerTables,
  postTransfer,
  type Transfer,
  walletOf,
} from '../../ledger/index.ts'
import type { ChargeOutcome, ChargeRequest, GatewayCall, PaymentGateway } from '../gateway.ts'

/**
 * Charges a member's wallet: one transfer from the wallet to the station's fuel sales, so the
 * ledger itself is the provider and its idempotency key is the charge's. A refusal leaves no
 * trace, so a refused charge may be tried again with the same key after a top-up.
 */
export function createStoredValueGateway(parts: {
  readonly db: Kysely<LedgerTables>
}): PaymentGateway {
  const { db } = parts
  return {
    name: 'stored_value',
    charge: (request, call) => within(call, () => charge(db, request)),
    query: (request, call) => within(call, () => query(db, request)),
  }
}

async function charge(db: Kysely<LedgerTables>, request: ChargeRequest): Promise<ChargeOutcome> {
  try {
    await postTransfer(db, toTransfer(request))
    return paid(request)
  } catch (error) {
    // Every answer of the ledger is an outcome; anything else means we do not know.
    return error instanceof LedgerError ? toOutcome(error) : unknown(String(error))
  }
}

async function query(
  db: Kysely<LedgerTables>,
  request: ChargeRequest,
): Promise<ChargeOutcome | { readonly kind: 'absent' }> {
  const found = await findTransfer(db, toTransfer(request))
  switch (found) {
    case 'posted':
      return paid(request)
    case 'absent':
      return { kind: 'absent' }
    case 'conflict':
      return unknown('this key was charged on other terms')
  }
}

function toOutcome(error: LedgerError): ChargeOutcome {
  switch (error.code) {
    case 'account_overdrawn':
      return { kind: 'refused', reason: 'insufficient_funds' }
    case 'transfer_conflict':
      return unknown('this key was charged on other terms')
    case 'account_unknown':
    case 'transfer_invalid':
      return { kind: 'refused', reason: 'provider_refused' }
  }
}

const paid = (request: ChargeRequest): ChargeOutcome => ({
  kind: 'paid',
  providerRef: `ledger:${request.idempotencyKey}`,
})

const unknown = (detail: string): ChargeOutcome => ({ kind: 'unknown', detail })

const toTransfer = (request: ChargeRequest): Transfer => ({
  idempotencyKey: request.idempotencyKey,
  debitAccount: walletOf(request.memberId),
  creditAccount: fuelSalesOf(request.stationId),
  amountFen: request.amountFen,
  memo: request.description,
})

/**
 * Resolves with `unknown` when time is up. The database may still commit then, which is what
 * `unknown` means; a query tells.
 */
async function within<Outcome>(
  { timeoutMs, signal }: GatewayCall,
  work: () => Promise<Outcome>,
): Promise<Outcome | ChargeOutcome> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  if (stop.aborted) return unknown('given up before it was asked')
  let giveUp: () => void = () => undefined
  const late = new Promise<ChargeOutcome>((resolve) => {
    giveUp = () => resolve(unknown(`the ledger did not answer within ${timeoutMs} ms`))
    stop.addEventListener('abort', giveUp, { once: true })
  })
  try {
    const asked = work().catch((error: unknown) => unknown(String(error)))
    return await Promise.race([asked, late])
  } finally {
    stop.removeEventListener('abort', giveUp)
  }
}
