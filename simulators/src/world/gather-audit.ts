import type { Box } from '../box/index.ts'
import type { Audit } from '../judge/index.ts'
import type { RefuelBook } from './refuel-book.ts'

/** Reads the provider's book between two looks at the ledger. @throws {CallError} */
export async function gatherAudit(deps: {
  readonly box: Box
  readonly book: RefuelBook
  readonly contracts: ReadonlyMap<string, string>
}): Promise<Audit> {
  await deps.book.refresh()
  const before = deps.book.all()
  const book = await deps.box.sandboxApi.book()
  await deps.book.refresh()
  return { before, book, after: deps.book.all(), contracts: deps.contracts }
}

/** Which member pays by which contract at the provider. */
export function contractsOf(
  members: readonly {
    readonly memberId: string
    readonly payment: { readonly kind: string; readonly contractId?: string }
  }[],
): ReadonlyMap<string, string> {
  return new Map(
    members.flatMap(({ memberId, payment }) =>
      payment.contractId === undefined ? [] : [[memberId, payment.contractId] as const],
    ),
  )
}
