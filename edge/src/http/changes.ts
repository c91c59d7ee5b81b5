import { pause } from '../uplink/pause.ts'

/** Lets any number of screens wait for the next change, without a queue for each. */
export type Changes = {
  changed(): void
  /** Waits `afterMs`, then for a change since the call, but no longer than `withinMs` in all. */
  next(wait: {
    readonly afterMs: number
    readonly withinMs: number
    readonly signal: AbortSignal
  }): Promise<void>
}

export function createChanges(): Changes {
  let coming = new AbortController()
  return {
    changed() {
      if (coming.signal.aborted) return
      coming.abort()
      coming = new AbortController()
    },
    async next({ afterMs, withinMs, signal }) {
      const change = coming.signal
      await pause(afterMs, [signal])
      await pause(withinMs - afterMs, [signal, change])
    },
  }
}
