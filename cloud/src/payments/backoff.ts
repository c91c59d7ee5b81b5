/** Asking again: the first time soon, then ever slower, and not for ever. */
export type Backoff = {
  readonly firstMs: number
  readonly longestMs: number
  /** Times a charge is tried or asked for; afterwards it stays pending until a person looks. */
  readonly attemptsMax: number
}

/** How long to wait after the n-th attempt (counted from 1); null when no more are due. */
export function waitAfter(attempt: number, backoff: Backoff): number | null {
  if (attempt >= backoff.attemptsMax) return null
  return Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 30))
}
