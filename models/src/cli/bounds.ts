/** A share of a total with what it proves: its 95 % bounds. */
export type Rate = {
  readonly count: number
  readonly total: number
  /** `count / total`; null when there was nothing to count. */
  readonly share: number | null
  /** The true share lies between both with 95 % confidence; null without a total. */
  readonly low: number | null
  readonly high: number | null
}

/** 97.5 % quantile of the normal distribution: 95 % lie within. */
const z = 1.959964

/**
 * Wilson's score interval (E. B. Wilson, 1927); at none and at all the exact bound that the rule
 * of three is short for: none of n leaves the rate under 1 − 0.05^(1/n), about 3 / n.
 *
 * @param count - From 0 to `total`, whole.
 */
export function rateOf(count: number, total: number): Rate {
  if (total === 0) return { count, total, share: null, low: null, high: null }
  const share = count / total
  const unseen = 1 - 0.05 ** (1 / total)
  if (count === 0) return { count, total, share, low: 0, high: unseen }
  if (count === total) return { count, total, share, low: 1 - unseen, high: 1 }
  const spread = z * Math.sqrt((share * (1 - share) + z ** 2 / (4 * total)) / total)
  const centre = share + z ** 2 / (2 * total)
  const scale = 1 + z ** 2 / total
  return { count, total, share, low: (centre - spread) / scale, high: (centre + spread) / scale }
}

/** Bounds nearer to each other than this are given as finely as the rate itself. */
const narrow = 0.01

/** `312 of 319  97.81 % (95.5 to 98.9)`. */
export function toRateText({ count, total, share, low, high }: Rate): string {
  if (share === null || low === null || high === null) return `${count} of ${total}`
  const digits = high - low < narrow ? 2 : 1
  const bounds = [low, high].map((bound) => percent(bound, digits)).join(' to ')
  return `${count} of ${total}  ${percent(share)} % (${bounds})`
}

/** A share in percent without its sign, never rounded up to 100 nor down to 0. */
export function percent(share: number, digits = 2): string {
  const step = 10 ** -digits
  const value = share * 100
  if (value < 100 && value > 100 - step) return (100 - step).toFixed(digits)
  if (value > 0 && value < step) return step.toFixed(digits)
  return value.toFixed(digits)
}
