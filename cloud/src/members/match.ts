import type { EndingReason, Identity, PlateVote, VehicleEvidence } from '@forecourt/contracts'

/** A car as a member registered it. */
export type RegisteredVehicle = {
  readonly vehicleId: string
  readonly memberId: string
  readonly plate: string
}

type Match =
  | {
      readonly kind: 'matched'
      readonly memberId: string
      readonly vehicleId: string
      readonly by: 'plate' | 'plate_and_vehicle'
    }
  | { readonly kind: 'unmatched'; readonly reason: EndingReason }

export type MatchInput = {
  readonly identity: Identity
  /** What the nozzle delivered; null before it did (authorisation). */
  readonly volumeMl: number | null
  /** Every registered car whose plate was read, and every registered car that reported itself. */
  readonly registered: readonly RegisteredVehicle[]
  /** From this confidence on the best plate may stand alone; the reader is calibrated to it. */
  readonly acceptConfidence: number
}

/** A tank's rise supports a sale within this share of its litres, or within `riseSupportMl`. */
const riseSupportShare = 0.2
const riseSupportMl = 3_000
/** A rise this close is of this very sale: from another car than the plate's it contradicts the plate. */
const riseProofShare = 0.1
const riseProofMl = 1_000
/** Below this a level sensor's noise is as large as the rise. */
const riseVolumeMinMl = 5_000

/**
 * Whose refuel this is, or why nobody can say. Never by a similar plate: a plate that was read
 * is a registered plate character for character, or it is not that member's.
 *
 * 1. No plate read: nobody. What a car says of itself is a hint, never enough.
 * 2. Nobody registered the best plate: nobody, whoever else is near.
 * 3. Sure, alone and uncontradicted: its member.
 * 4. Unsure, or the next best plate is registered too, or several members share the plate: only
 *    with a second signal, which is the very car, on the site, flap open or tank rising as the
 *    nozzle delivered.
 * 5. The very car says it is elsewhere, or another member's car took exactly these litres: nobody
 *    (a cloned plate looks like this).
 */
export function match(input: MatchInput): Match {
  const reads = [...input.identity.plates].sort((a, b) => b.confidence - a.confidence)
  const [best, ...others] = reads
  if (!best) return unmatched('no_plate')
  const candidates = registeredTo(input, best)
  if (candidates.length === 0) {
    return unmatched(isSure(input, best) ? 'plate_unknown' : 'plate_uncertain')
  }
  const supported = candidates.filter((vehicle) => isSupported(input, vehicle))
  if (supported.length > 0) return byVehicle(supported)
  if (isContradicted(input, candidates, best)) return unmatched('match_ambiguous')
  if (new Set(candidates.map(({ memberId }) => memberId)).size > 1) {
    return unmatched('match_ambiguous')
  }
  if (!isSure(input, best)) return unmatched('plate_uncertain')
  if (others.some((read) => isRival(input, candidates, read))) return unmatched('match_ambiguous')
  return byPlate(candidates)
}

const unmatched = (reason: EndingReason): Match => ({ kind: 'unmatched', reason })

function isSure(input: MatchInput, read: PlateVote): boolean {
  return read.confidence >= input.acceptConfidence
}

function registeredTo(input: MatchInput, read: PlateVote): readonly RegisteredVehicle[] {
  return input.registered
    .filter((vehicle) => vehicle.plate === read.plate)
    .sort((a, b) => (a.vehicleId < b.vehicleId ? -1 : 1))
}

function byPlate([vehicle]: readonly RegisteredVehicle[]): Match {
  if (!vehicle) return unmatched('plate_unknown')
  const { memberId, vehicleId } = vehicle
  return { kind: 'matched', memberId, vehicleId, by: 'plate' }
}

/** Two members' cars of one plate, both here with an open flap: nobody can say which. */
function byVehicle(supported: readonly RegisteredVehicle[]): Match {
  const [vehicle, ...others] = supported
  if (!vehicle || others.some(({ memberId }) => memberId !== vehicle.memberId)) {
    return unmatched('match_ambiguous')
  }
  const { memberId, vehicleId } = vehicle
  return { kind: 'matched', memberId, vehicleId, by: 'plate_and_vehicle' }
}

/** The next best plate is another member's: one misread character may be all between them. */
function isRival(
  input: MatchInput,
  candidates: readonly RegisteredVehicle[],
  read: PlateVote,
): boolean {
  const members = new Set(candidates.map(({ memberId }) => memberId))
  return registeredTo(input, read).some(({ memberId }) => !members.has(memberId))
}

function evidenceOf(input: MatchInput, vehicleId: string): readonly VehicleEvidence[] {
  return input.identity.vehicles.filter((evidence) => evidence.vehicleId === vehicleId)
}

/** The second signal. Told twice about one car, every word must support it. */
function isSupported(input: MatchInput, vehicle: RegisteredVehicle): boolean {
  const evidence = evidenceOf(input, vehicle.vehicleId)
  return evidence.length > 0 && evidence.every((seen) => isRefuelling(input, seen))
}

function isRefuelling(input: MatchInput, seen: VehicleEvidence): boolean {
  const rises = risesBy(input, seen, riseSupportShare, riseSupportMl)
  return seen.onSite && (seen.flapOpen || rises)
}

function isContradicted(
  input: MatchInput,
  candidates: readonly RegisteredVehicle[],
  best: PlateVote,
): boolean {
  const isElsewhere = candidates.some(({ vehicleId }) =>
    evidenceOf(input, vehicleId).some((seen) => !seen.onSite),
  )
  return isElsewhere || input.identity.vehicles.some((seen) => tookTheseLitres(input, seen, best))
}

/** Another registered car than the plate's says that it took what this nozzle delivered. */
function tookTheseLitres(input: MatchInput, seen: VehicleEvidence, best: PlateVote): boolean {
  const own = input.registered.find(({ vehicleId }) => vehicleId === seen.vehicleId)
  if (own === undefined || own.plate === best.plate) return false
  return seen.onSite && seen.flapOpen && risesBy(input, seen, riseProofShare, riseProofMl)
}

function risesBy(
  input: MatchInput,
  seen: VehicleEvidence,
  share: number,
  toleranceMl: number,
): boolean {
  const { volumeMl } = input
  const riseMl = seen.levelRiseMl ?? 0
  if (volumeMl === null || volumeMl < riseVolumeMinMl || riseMl <= 0) return false
  return Math.abs(riseMl - volumeMl) <= Math.max(toleranceMl, volumeMl * share)
}
