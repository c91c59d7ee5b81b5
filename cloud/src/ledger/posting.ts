import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

/** The terms of one transfer; asked twice with the same key they must be the same. */
export type TransferTerms = {
  readonly idempotencyKey: string
  readonly debitAccount: string
  readonly creditAccount: string
  readonly amountFen: bigint
  readonly memo: string
}

/** Where an account's chain ends; `seq` 0 and an all-zero hash before the first posting. */
export type Head = {
  readonly account: string
  readonly seq: bigint
  readonly balanceFen: bigint
  readonly hash: string
}

/** One side of one transfer, chained to the account's posting before it. */
export type Posting = {
  readonly account: string
  readonly seq: bigint
  readonly idempotencyKey: string
  readonly inputsHash: string
  /** Signed: a credit is positive, a debit negative. */
  readonly amountFen: bigint
  readonly balanceAfterFen: bigint
  /** Epoch milliseconds. */
  readonly atMs: number
  readonly prevHash: string
  readonly hash: string
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

/** Where every account's chain begins. */
export const emptyHead = (account: string): Head => ({
  account,
  seq: 0n,
  balanceFen: 0n,
  hash: '0'.repeat(64),
})

/** A digest of a transfer's terms. PostgreSQL computes the same in `ledger_inputs_hash`. */
export function inputsHashOf(terms: TransferTerms): string {
  const { idempotencyKey, debitAccount, creditAccount, amountFen, memo } = terms
  const lines = ['forecourt-transfer-v1', idempotencyKey, debitAccount, creditAccount, amountFen]
  return sha256([...lines, memo].join('\n'))
}

/**
 * The text a posting's hash is taken over: one field a line, none of which can hold a line
 * break, so no two postings share a text. PostgreSQL builds the same in `ledger_posting_hash`.
 */
export function canonicalText(posting: Omit<Posting, 'hash'>): string {
  const { account, seq, idempotencyKey, inputsHash } = posting
  const { amountFen, balanceAfterFen, atMs, prevHash } = posting
  const fields = [account, seq, idempotencyKey, inputsHash, amountFen, balanceAfterFen, atMs]
  return ['forecourt-posting-v1', ...fields, prevHash].join('\n')
}

export const hashOf = (posting: Omit<Posting, 'hash'>): string => sha256(canonicalText(posting))

function extend(head: Head, terms: TransferTerms, amountFen: bigint, atMs: number): Posting {
  const posting = {
    account: head.account,
    seq: head.seq + 1n,
    idempotencyKey: terms.idempotencyKey,
    inputsHash: inputsHashOf(terms),
    amountFen,
    balanceAfterFen: head.balanceFen + amountFen,
    atMs,
    prevHash: head.hash,
  }
  return { ...posting, hash: hashOf(posting) }
}

/** The two postings of a transfer, debit first. They sum to zero. */
export function buildPostings(
  terms: TransferTerms,
  heads: { readonly debit: Head; readonly credit: Head },
  atMs: number,
): readonly [debit: Posting, credit: Posting] {
  assert(terms.amountFen > 0n, 'a transfer moves more than nothing')
  assert(heads.debit.account !== heads.credit.account, 'a transfer has two sides')
  assert.equal(heads.debit.account, terms.debitAccount)
  assert.equal(heads.credit.account, terms.creditAccount)
  return [
    extend(heads.debit, terms, -terms.amountFen, atMs),
    extend(heads.credit, terms, terms.amountFen, atMs),
  ]
}

/** The head after a posting. */
export const headAfter = (posting: Posting): Head => ({
  account: posting.account,
  seq: posting.seq,
  balanceFen: posting.balanceAfterFen,
  hash: posting.hash,
})

/** Why a posting does not continue the chain that ends at `head`; null when it does. */
export function whyBroken(head: Head, posting: Posting): string | null {
  if (posting.account !== head.account) return `belongs to account ${posting.account}`
  if (posting.seq !== head.seq + 1n) return `missing: the next row has seq ${posting.seq}`
  if (posting.prevHash !== head.hash) return 'does not continue the chain'
  if (posting.balanceAfterFen !== head.balanceFen + posting.amountFen) return 'wrong balance'
  return posting.hash === hashOf(posting) ? null : 'wrong hash'
}

/** A row that is not as it was written, and what is wrong with it. */
type Fault = { readonly seq: bigint; readonly why: string }

/** Why a chain that ends at `last` is not the one whose head was kept; null when it is. */
export function faultAtEnd(last: Head, kept: Head): Fault | null {
  const seq = (last.seq < kept.seq ? last.seq : kept.seq) + 1n
  if (last.seq < kept.seq) return { seq, why: `missing: the head stands at seq ${kept.seq}` }
  if (last.seq > kept.seq) return { seq, why: `added beyond the head at seq ${kept.seq}` }
  if (last.balanceFen !== kept.balanceFen) return { seq, why: 'the head has another balance' }
  return last.hash === kept.hash ? null : { seq, why: 'the head has another hash' }
}

/** The transfer as it stands must be the one that was posted, and must call for this posting. */
export function whyNotCalledFor(posting: Posting, terms: TransferTerms): string | null {
  if (posting.inputsHash !== inputsHashOf(terms)) return `transfer ${terms.idempotencyKey} changed`
  const isCredit = posting.account === terms.creditAccount
  const isDebit = posting.account === terms.debitAccount
  const calledFor = isCredit ? terms.amountFen : isDebit ? -terms.amountFen : 0n
  if (posting.amountFen === calledFor) return null
  return `transfer ${terms.idempotencyKey} calls for ${calledFor} fen here`
}

/** The first bad row of one account's chain, checked from its beginning to its kept head. */
export function verifyChain(kept: Head, postings: readonly Posting[]): Fault | null {
  let head = emptyHead(kept.account)
  for (const posting of postings) {
    const why = whyBroken(head, posting)
    if (why !== null) return { seq: head.seq + 1n, why }
    head = headAfter(posting)
  }
  return faultAtEnd(head, kept)
}
