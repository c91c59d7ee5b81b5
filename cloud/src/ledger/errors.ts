/** Why the ledger refused. `code` is part of the API: add one, never rename one. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  /**
   * `transfer_conflict` this idempotency key was posted before on other terms ·
   * `account_overdrawn` the debited account may not go below zero · `account_unknown` no
   * account has such a name · `transfer_invalid` a field can never be posted; `detail.field` names it.
   */
  readonly code: 'transfer_conflict' | 'account_overdrawn' | 'account_unknown' | 'transfer_invalid'
  readonly detail: Readonly<Record<string, string>>

  constructor(code: LedgerError['code'], detail: Readonly<Record<string, string>>) {
    super(`${code} ${JSON.stringify(detail)}`)
    this.code = code
    this.detail = detail
  }
}
