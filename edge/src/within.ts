/**
 * Runs a call that may hang, and stops waiting for it at the deadline or the abort, even when
 * the call itself does not listen to its signal.
 *
 * @throws {DOMException} `TimeoutError` at the deadline, the signal's own reason when aborted;
 *   else whatever the call throws.
 */
export async function within<T>(
  limit: { readonly timeoutMs: number; readonly signal: AbortSignal },
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([limit.signal, AbortSignal.timeout(limit.timeoutMs)])
  signal.throwIfAborted()
  const answer = call(signal) // First, so that a call that throws leaves no promise behind.
  const gaveUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([answer, gaveUp])
}
