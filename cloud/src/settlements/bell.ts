/**
 * Wakes those who wait for a station's settlements. Only within this process: what another
 * process writes is found by asking the database every `pollEveryMs`.
 */
export type Bell = {
  ring(stationId: string): void
  /** Resolves at the next ring for the station, after `waitMs`, or when the signal aborts. */
  next(stationId: string, waitMs: number, signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  const waiting = new Map<string, Set<() => void>>()

  return {
    ring(stationId) {
      for (const wake of waiting.get(stationId) ?? []) wake()
    },
    next(stationId, waitMs, signal) {
      return new Promise((resolve) => {
        const sleepers = waiting.get(stationId) ?? new Set()
        waiting.set(stationId, sleepers)
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          sleepers.delete(wake)
          if (sleepers.size === 0 && waiting.get(stationId) === sleepers) waiting.delete(stationId)
          resolve()
        }
        const timer = setTimeout(wake, waitMs)
        signal.addEventListener('abort', wake, { once: true })
        sleepers.add(wake)
        if (signal.aborted) wake()
      })
    },
  }
}
