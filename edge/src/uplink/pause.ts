/** Waits so long (`null`: without end) or until one of the signals fires. Never throws. */
export async function pause(ms: number | null, signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals])
  if (any.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = ms === null ? undefined : setTimeout(resolve, ms)
  const stop = () => resolve()
  any.addEventListener('abort', stop, { once: true })
  await promise
  clearTimeout(timer)
  any.removeEventListener('abort', stop)
}
