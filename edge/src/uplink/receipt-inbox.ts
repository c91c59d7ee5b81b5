import type { Receipt } from '@forecourt/contracts'

export type Expected = {
  /** Resolves when every receipt is here, time is up or the signal fires: with what came. */
  until(signal: AbortSignal, timeoutMs: number): Promise<readonly Receipt[]>
  close(): void
}

/** Brings receipts, which arrive on their own, to the calls that wait for them. */
export function createReceiptInbox() {
  const listeners = new Set<(receipts: readonly Receipt[]) => void>()
  return {
    deliver(receipts: readonly Receipt[]): void {
      for (const listener of listeners) listener(receipts)
    },

    /** Starts listening before the first event is sent, so that no receipt is too early. */
    expect(eventIds: readonly string[]): Expected {
      const missing = new Set(eventIds)
      const came: Receipt[] = []
      const { promise, resolve } = Promise.withResolvers<void>()
      const listen = (receipts: readonly Receipt[]) => {
        came.push(...receipts.filter((receipt) => missing.delete(receipt.eventId)))
        if (missing.size === 0) resolve()
      }
      listeners.add(listen)
      return {
        async until(signal, timeoutMs) {
          const timer = setTimeout(resolve, timeoutMs)
          const stop = () => resolve()
          signal.addEventListener('abort', stop, { once: true })
          if (signal.aborted) resolve()
          await promise
          clearTimeout(timer)
          signal.removeEventListener('abort', stop)
          return came
        },
        close: () => void listeners.delete(listen),
      }
    },
  }
}
