import type { EventRefusal, Receipt } from '@forecourt/contracts'
import { toRefusal } from './refusal.ts'

export type Expected = {
  /**
   * Resolves when every receipt is here, time is up or the signal fires: with what came.
   *
   * @throws {UplinkError} when the cloud said that it takes none of them.
   */
  until(signal: AbortSignal, timeoutMs: number): Promise<readonly Receipt[]>
  close(): void
}

type Listener = {
  readonly hear: (receipts: readonly Receipt[]) => void
  readonly beRefused: (refusal: EventRefusal) => void
}

/** Brings receipts, which arrive on their own, to the calls that wait for them. */
export function createReceiptInbox() {
  const listeners = new Set<Listener>()
  return {
    deliver(receipts: readonly Receipt[]): void {
      for (const { hear } of listeners) hear(receipts)
    },

    /** Another gateway of this station may be meant: only who sent these events is refused. */
    refuse(refusal: EventRefusal): void {
      for (const { beRefused } of listeners) beRefused(refusal)
    },

    /** Starts listening before the first event is sent, so that no receipt is too early. */
    expect(eventIds: readonly string[]): Expected {
      const missing = new Set(eventIds)
      const came: Receipt[] = []
      const { promise, resolve } = Promise.withResolvers<void>()
      let refused: EventRefusal | null = null
      const listener: Listener = {
        hear(receipts) {
          came.push(...receipts.filter((receipt) => missing.delete(receipt.eventId)))
          if (missing.size === 0) resolve()
        },
        beRefused(refusal) {
          if (!refusal.eventIds.some((eventId) => missing.has(eventId))) return
          refused = refusal
          resolve()
        },
      }
      listeners.add(listener)
      return {
        async until(signal, timeoutMs) {
          const timer = setTimeout(resolve, timeoutMs)
          const stop = () => resolve()
          signal.addEventListener('abort', stop, { once: true })
          if (signal.aborted) resolve()
          await promise
          clearTimeout(timer)
          signal.removeEventListener('abort', stop)
          if (refused !== null && came.length === 0) throw toRefusal(refused)
          return came
        },
        close: () => void listeners.delete(listener),
      }
    },
  }
}
