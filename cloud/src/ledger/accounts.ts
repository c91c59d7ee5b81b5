/**
 * The accounts and their signs. **Balance = credits − debits**, for every account:
 * a wallet is what we owe the member, so money in it is positive and it may not go below zero;
 * fuel sales grow with every charge; what a provider or the till holds for us is negative.
 * The sum over all accounts is always zero.
 */
type AccountKind = 'asset' | 'liability' | 'revenue'
type AccountTerms = { readonly kind: AccountKind; readonly allowNegative: boolean }

/** A member's stored value: a liability that may not go below zero. */
export const walletOf = (memberId: string): string => `wallet:${memberId}`
/** What a station sold. A refund debits it, so it may pass below zero on a quiet day. */
export const fuelSalesOf = (stationId: string): string => `fuel-sales:${stationId}`
/**
 * What a payment provider collected for a station and has not paid out yet: an asset, so it is
 * negative. One for each station, because writers queue up on an account: one for all stations
 * would let every charge wait for every other.
 */
export const receivableFrom = (provider: string, stationId: string): string =>
  `receivable-${provider}:${stationId}`
/** The other side of every wallet top-up: money that came in, an asset, so it is negative. */
export const topUps = 'top-ups'

const accountName = /^([a-z][a-z-]{0,31})(:[A-Za-z0-9-]{1,36})?$/

const receivableTerms: AccountTerms = { kind: 'asset', allowNegative: true }

/** Account families that have an owner each, as in `wallet:m1`. */
const families: ReadonlyMap<string, AccountTerms> = new Map([
  ['wallet', { kind: 'liability', allowNegative: false }],
  ['fuel-sales', { kind: 'revenue', allowNegative: true }],
  // All stations' together, as it was first; kept so that what was posted there stays readable.
  ['receivable', receivableTerms],
])

/** What a name says of its account; null when no account has such a name. */
export function termsOf(account: string): AccountTerms | null {
  if (account === topUps) return { kind: 'asset', allowNegative: true }
  const [, family = '', owner] = accountName.exec(account) ?? []
  if (owner === undefined) return null
  return family.startsWith('receivable-') ? receivableTerms : (families.get(family) ?? null)
}
