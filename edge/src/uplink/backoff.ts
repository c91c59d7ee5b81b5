/**
 * How long to wait before the next try: doubles from `firstMs` to `maxMs`, then a random part
 * of its upper half, so that a thousand stations do not come back in one moment. Pure.
 *
 * @param random - From 0 to 1.
 */
export function backoffMs(
  failures: number,
  limits: { readonly firstMs: number; readonly maxMs: number },
  random: number,
): number {
  const ceiling = Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(failures - 1, 20))
  return Math.round(ceiling / 2 + (ceiling / 2) * random)
}
