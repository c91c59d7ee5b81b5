import type { Random } from './random.ts'

/** Who comes next to a free bay, decided by chance alone. */
export type NextGuest = {
  /** A member's id, or null for a stranger. */
  readonly memberId: string | null
  readonly nozzle: number
  readonly targetMl: number
  /** How long the bay stays empty before, in simulated milliseconds. */
  readonly pauseMs: number
}

/** One guest in so many is a stranger. */
const strangerEvery = 6
const fillMl = { low: 12_000, high: 36_000 } as const
const pauseMs = { low: 4_000, high: 40_000 } as const

/**
 * Picks a guest for a bay among the members who are not on the site; without any a stranger
 * comes. Pure: the same stream of chance gives the same guests.
 */
export function nextGuest(
  random: Random,
  forecourt: {
    readonly idleMemberIds: readonly string[]
    readonly nozzles: readonly number[]
    /** The first guest of the day is a member who does not take much: he opens the show. */
    readonly isFirst: boolean
  },
): NextGuest {
  const { idleMemberIds, nozzles, isFirst } = forecourt
  const isStranger = !isFirst && random.between(1, strangerEvery) === 1
  const member = idleMemberIds[random.between(0, Math.max(0, idleMemberIds.length - 1))]
  return {
    memberId: isStranger ? null : (member ?? null),
    nozzle: nozzles[random.between(0, Math.max(0, nozzles.length - 1))] ?? 1,
    targetMl: random.between(fillMl.low, isFirst ? fillMl.low : fillMl.high),
    pauseMs: random.between(pauseMs.low, pauseMs.high),
  }
}
