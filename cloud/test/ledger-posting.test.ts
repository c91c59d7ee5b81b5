import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuelSalesOf, termsOf, topUps, walletOf } from '../src/ledger/accounts.ts'
import {
  buildPostings,
  canonicalText,
  emptyHead,
  type Head,
  hashOf,
  headAfter,
  inputsHashOf,
  type Posting,
  type TransferTerms,
  verifyChain,
} from '../src/ledger/posting.ts'

const accounts = [topUps, walletOf('m1'), walletOf('m2'), fuelSalesOf('s-1')]

const terms: fc.Arbitrary<TransferTerms> = fc
  .record({
    idempotencyKey: fc.uuid(),
    sides: fc.shuffledSubarray(accounts, { minLength: 2, maxLength: 2 }),
    amountFen: fc.bigInt({ min: 1n, max: 10_000_000n }),
    memo: fc.string({ unit: 'grapheme', maxLength: 20 }),
  })
  .map(({ sides: [debitAccount = '', creditAccount = ''], ...rest }) => {
    return { ...rest, debitAccount, creditAccount }
  })

/** Posts one after the other, as the database would, and gives every account's chain. */
function post(transfers: readonly TransferTerms[]): ReadonlyMap<string, readonly Posting[]> {
  const chains = new Map<string, readonly Posting[]>()
  const headOf = (account: string): Head => {
    const last = chains.get(account)?.at(-1)
    return last ? headAfter(last) : emptyHead(account)
  }
  for (const [index, transfer] of transfers.entries()) {
    const heads = { debit: headOf(transfer.debitAccount), credit: headOf(transfer.creditAccount) }
    for (const posting of buildPostings(transfer, heads, 1_700_000_000_000 + index)) {
      chains.set(posting.account, [...(chains.get(posting.account) ?? []), posting])
    }
  }
  return chains
}

/** Histories with at least one chain of two postings or more; the longest chain and its head. */
const history = fc.array(terms, { minLength: 4, maxLength: 25 }).map((transfers) => {
  const chains = [...post(transfers).values()].sort((a, b) => b.length - a.length)
  const [chain = []] = chains
  const last = chain.at(-1)
  if (last === undefined) throw new Error('four transfers leave no chain empty')
  return { chains, chain, kept: headAfter(last) }
})

const flips: Readonly<Record<string, (posting: Posting) => Posting>> = {
  amount: (posting) => ({ ...posting, amountFen: posting.amountFen + 1n }),
  'amount and balance': (posting) => ({
    ...posting,
    amountFen: posting.amountFen + 1n,
    balanceAfterFen: posting.balanceAfterFen + 1n,
  }),
  balance: (posting) => ({ ...posting, balanceAfterFen: posting.balanceAfterFen - 1n }),
  key: (posting) => ({ ...posting, idempotencyKey: `${posting.idempotencyKey}x` }),
  'transfer terms': (posting) => ({ ...posting, inputsHash: hashOf(posting) }),
  time: (posting) => ({ ...posting, atMs: posting.atMs + 1 }),
  'previous hash': (posting) => ({ ...posting, prevHash: posting.hash }),
  hash: (posting) => ({ ...posting, hash: posting.prevHash }),
  account: (posting) => ({ ...posting, account: walletOf('stranger') }),
}

describe('postings', () => {
  test('every transfer sums to zero, and so does the whole ledger', () => {
    fc.assert(
      fc.property(history, ({ chains }) => {
        const all = chains.flat()
        expect(all.reduce((sum, posting) => sum + posting.amountFen, 0n)).toBe(0n)
        const byKey = Map.groupBy(all, (posting) => posting.idempotencyKey)
        for (const sides of byKey.values()) {
          expect(sides).toHaveLength(2)
          expect((sides[0]?.amountFen ?? 0n) + (sides[1]?.amountFen ?? 0n)).toBe(0n)
        }
      }),
    )
  })

  test('a balance is the sum of what was posted', () => {
    fc.assert(
      fc.property(history, ({ chain, kept }) => {
        expect(kept.balanceFen).toBe(chain.reduce((sum, p) => sum + p.amountFen, 0n))
      }),
    )
  })

  test('an untouched chain verifies', () => {
    fc.assert(
      fc.property(history, ({ chain, kept }) => {
        expect(verifyChain(kept, chain)).toBeNull()
      }),
    )
  })

  test.each(Object.entries(flips))('a posting with another %s is named', (_, flip) => {
    fc.assert(
      fc.property(history, fc.nat(), ({ chain, kept }, pick) => {
        const at = pick % chain.length
        const forged = chain.map((posting, index) => (index === at ? flip(posting) : posting))
        expect(verifyChain(kept, forged)?.seq).toBe(BigInt(at + 1))
      }),
    )
  })

  test('a removed posting is named, the last one too', () => {
    fc.assert(
      fc.property(history, fc.nat(), ({ chain, kept }, pick) => {
        const at = pick % chain.length
        expect(verifyChain(kept, chain.toSpliced(at, 1))?.seq).toBe(BigInt(at + 1))
      }),
    )
  })

  test('two postings in each other’s place: the first is named', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), ({ chain, kept }, pickA, pickB) => {
        const [a, b] = [pickA % chain.length, pickB % chain.length]
        fc.pre(a !== b)
        const swapped = chain.with(a, chain[b] as Posting).with(b, chain[a] as Posting)
        expect(verifyChain(kept, swapped)?.seq).toBe(BigInt(Math.min(a, b) + 1))
      }),
    )
  })

  test('a forged posting whose hashes are all recomputed is caught by the kept head', () => {
    fc.assert(
      fc.property(fc.array(terms, { minLength: 2, maxLength: 20 }), (transfers) => {
        const [first] = transfers as [TransferTerms]
        const kept = post(transfers).get(first.debitAccount)?.at(-1)
        const forged = post(transfers.with(0, { ...first, amountFen: first.amountFen + 1n })).get(
          first.debitAccount,
        )
        if (!kept || !forged) throw new Error('the first transfer leaves no chain empty')
        expect(verifyChain(headAfter(kept), forged)).not.toBeNull()
      }),
    )
  })

  test('the canonical text never changes: hashes of today must verify in ten years', () => {
    const transfer = {
      idempotencyKey: 'k-1',
      debitAccount: topUps,
      creditAccount: walletOf('m1'),
      amountFen: 31_560n,
      memo: '充值',
    }
    const heads = { debit: emptyHead(topUps), credit: emptyHead(walletOf('m1')) }
    const [debit] = buildPostings(transfer, heads, 1_700_000_000_123)
    expect(canonicalText(debit)).toBe(
      `forecourt-posting-v1\ntop-ups\n1\nk-1\n${inputsHashOf(transfer)}\n-31560\n-31560\n1700000000123\n${'0'.repeat(64)}`,
    )
    // By sha256sum(1) over the same texts.
    expect(inputsHashOf(transfer)).toBe(
      '0da02780104980945836b30546a049f693fd2b43ac43f88c99fbc591de87a43f',
    )
    expect(debit.hash).toBe('855f0ccc036192d5019ac1a55ac627dd992c1bd88b35a04f73abc4211e422e00')
  })

  test('only names with a known family and an owner are accounts', () => {
    expect(termsOf(walletOf('m1'))).toEqual({ kind: 'liability', allowNegative: false })
    for (const name of ['wallet', 'wallet:', 'wallet:a b', 'till:1', '', 'top-ups:1', 'wallet:a\n'])
      expect(termsOf(name), JSON.stringify(name)).toBeNull()
  })
})
