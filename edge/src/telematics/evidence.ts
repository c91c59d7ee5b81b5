import {
  normalisePlate,
  Plate,
  type StationSnapshot,
  type VehicleEvidence,
} from '@forecourt/contracts'
import { levelNow, riseSince } from './fuel-level.ts'
import { forget, type Presence, type Vehicle } from './presence.ts'

/** As many as an event may carry (`Identity` in contracts). */
const evidenceMax = 8

/**
 * What the cars say about a visit that began at `sinceMs`, best first. Being on site and an
 * open flap count if they were so at any time of the visit: a car closes its flap and drives
 * off before anyone asks.
 */
export function evidenceOf(
  presence: Presence,
  visit: { readonly sinceMs: number; readonly nowMs: number },
): VehicleEvidence[] {
  return [...forget(presence, visit.nowMs).values()]
    .map((vehicle) => toEvidence(vehicle, visit.sinceMs))
    .sort(byWeight)
    .slice(0, evidenceMax)
}

/** The cars as a dashboard shows them, by name. */
export function toSnapshot(
  presence: Presence,
  at: { readonly nowMs: number; readonly isConnected: (vehicleId: string) => boolean },
): StationSnapshot['vehicles'] {
  return [...forget(presence, at.nowMs).values()]
    .map((vehicle) => ({
      vehicleId: vehicle.vehicleId,
      connected: at.isConnected(vehicle.vehicleId),
      onSite: vehicle.onSite,
      distanceM: vehicle.distanceM,
      flapOpen: vehicle.flapOpen,
      levelMl: levelNow(vehicle.level),
      plateHint: plateHint(vehicle),
      lastSeenAt: toInstant(vehicle.lastSeenAtMs),
    }))
    .sort((a, b) => compare(a.vehicleId, b.vehicleId))
}

function toEvidence(vehicle: Vehicle, sinceMs: number): VehicleEvidence {
  return {
    vehicleId: vehicle.vehicleId,
    plateHint: plateHint(vehicle),
    onSite: vehicle.onSite || (vehicle.onSiteAtMs ?? Number.NEGATIVE_INFINITY) >= sinceMs,
    flapOpen: vehicle.flapOpen || (vehicle.flapOpenAtMs ?? Number.NEGATIVE_INFINITY) >= sinceMs,
    levelRiseMl: riseSince(vehicle.level, sinceMs),
    lastSeenAt: toInstant(vehicle.lastSeenAtMs),
  }
}

/** On site before an open flap before a rising tank: elsewhere, nothing a car does is about us. */
function weightOf({ onSite, flapOpen, levelRiseMl }: VehicleEvidence): number {
  return (onSite ? 4 : 0) + (flapOpen ? 2 : 0) + ((levelRiseMl ?? 0) > 0 ? 1 : 0)
}

function byWeight(a: VehicleEvidence, b: VehicleEvidence): number {
  return (
    weightOf(b) - weightOf(a) ||
    (b.levelRiseMl ?? 0) - (a.levelRiseMl ?? 0) ||
    compare(b.lastSeenAt, a.lastSeenAt) ||
    compare(a.vehicleId, b.vehicleId)
  )
}

/** What the car calls itself, when a plate can read so at all. */
function plateHint({ plateText }: Vehicle): Plate | null {
  if (plateText === null) return null
  return Plate.safeParse(normalisePlate(plateText)).data ?? null
}

const toInstant = (atMs: number) => new Date(atMs).toISOString()

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
