/** The first failure costs no wait: a connection that worked until now is tried again at once. */
const firstWaitMs = 100
/** A line that stays down is tried this often, give or take the jitter. */
const backoffMaxMs = 5_000

/**
 * How long to wait before the next attempt to connect.
 *
 * @param failures - Failures in a row, 0 for none.
 * @param jitter - A random number from 0 to 1, so that many gateways do not come back in step.
 * @returns 0 for up to one failure, then 100 ms doubling to 5 s, between half and the whole of it.
 */
export function backoffMs(failures: number, jitter: number): number {
  if (failures <= 1) return 0
  const wholeMs = Math.min(backoffMaxMs, firstWaitMs * 2 ** Math.min(failures - 2, 16))
  return Math.round(wholeMs * (0.5 + jitter / 2))
}
