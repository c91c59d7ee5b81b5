import type { VehicleEvidence } from '@forecourt/contracts'
import type { PointState } from './fuelling-point.ts'
import { visitOf } from './reduce.ts'

/**
 * What the cars say, without those that other bays have claimed: a car whose plate a camera read
 * at another bay during this visit is busy there. Bays fill side by side at the same flow, and
 * drivers like round sums, so its tank rises by just what this nozzle gives; taken as a word
 * about this bay, it would contradict the plate that stands here.
 *
 * The car's own word on its plate is only used to leave evidence out, never to find a payer. A
 * plate read at two bays at once is not left out anywhere: one of them is a forgery.
 */
export function withoutSpokenFor(
  vehicles: readonly VehicleEvidence[],
  bays: {
    /** What the cameras read here. */
    readonly ownPlates: readonly string[]
    readonly others: readonly PointState[]
    /** When the visit here began. */
    readonly since: Date
  },
): readonly VehicleEvidence[] {
  const elsewhere = new Set(bays.others.flatMap((other) => platesAt(other, bays.since)))
  return vehicles.filter(({ plateHint }) => {
    return plateHint === null || bays.ownPlates.includes(plateHint) || !elsewhere.has(plateHint)
  })
}

/** The best plate of the visit there, and of the one that ended there since. */
function platesAt({ session, lastRefuel }: PointState, since: Date): readonly string[] {
  const best = visitOf(session)?.identity.plates[0]?.plate
  const isRecent = lastRefuel !== null && Date.parse(lastRefuel.endedAt) >= since.getTime()
  const last = isRecent ? lastRefuel.plate : null
  return [best, last].filter((plate) => plate !== undefined && plate !== null)
}
