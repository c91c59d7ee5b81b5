import { vi } from 'vitest'

/** Waits until something is so, long enough for a machine that does other things too. */
export function until(check: () => unknown): Promise<unknown> {
  return vi.waitUntil(check, { timeout: 15_000, interval: 10 })
}
