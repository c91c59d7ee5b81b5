import type { VehicleTelemetry } from '@forecourt/contracts'
import { distanceM, type Place } from './distance.ts'
import { type FuelLevel, foldLevel, unknownLevel } from './fuel-level.ts'

/** The station's own place; a car within `radiusM` of it is on site. */
type Site = Place & { readonly radiusM: number }

/** Limits of what the station believes and remembers. */
export const presenceLimits = {
  /** Telemetry sent longer ago is dropped: the car was here, not is. */
  telemetryAgeMaxMs: 60_000,
  /** A car's clock may run ahead this much; telemetry from further ahead is dropped. */
  clockAheadMaxMs: 10_000,
  /** A car silent this long is forgotten. A tank fills in five minutes, and cars doze while they do. */
  silenceMaxMs: 600_000,
  /** Cars remembered. Beyond, the one longest unheard goes, those off site first. */
  vehiclesMax: 500,
  /** A fix less accurate is no fix: it could lie at the next station. */
  accuracyMaxM: 100,
  /** A car on site leaves only beyond this multiple of the radius, so that a fix at the fence does not flicker. */
  leaveFactor: 1.25,
} as const

/** What one car said, as of its newest telemetry. Times are epoch milliseconds of the station's clock. */
export type Vehicle = {
  readonly vehicleId: string
  /** The newest message's own time by the car's clock: what is older is never folded in. */
  readonly sentAtMs: number
  readonly lastSeenAtMs: number
  readonly distanceM: number | null
  readonly onSite: boolean
  /** When it was last known on site; null when never. */
  readonly onSiteAtMs: number | null
  readonly flapOpen: boolean
  /** When its flap was last known open; null when never. */
  readonly flapOpenAtMs: number | null
  readonly level: FuelLevel
  /** As reported, unchecked. */
  readonly plateText: string | null
}

/** All cars heard lately, by vehicle id. */
export type Presence = ReadonlyMap<string, Vehicle>

export const nobody: Presence = new Map()

/** One car's message and when it arrived. The car is known by its credential, not by the message. */
export type Heard = {
  readonly vehicleId: string
  readonly telemetry: VehicleTelemetry
  readonly receivedAtMs: number
}

/**
 * `stale` sent too long ago, or before what the car said since · `ahead` sent by a clock too
 * far ahead. Neither changes anything.
 */
type HeardVerdict = 'folded' | 'stale' | 'ahead'

/**
 * Takes in one message. Only news moves a car: whatever is older than its newest message is
 * dropped, so late and repeated messages may arrive in any order.
 */
export function hear(
  presence: Presence,
  heard: Heard,
  site: Site,
): { readonly presence: Presence; readonly verdict: HeardVerdict } {
  const sentAtMs = Date.parse(heard.telemetry.sentAt)
  const known = presence.get(heard.vehicleId) ?? null
  const verdict = judge(sentAtMs, heard.receivedAtMs, known)
  if (verdict !== 'folded') return { presence, verdict }
  const next = new Map(forget(presence, heard.receivedAtMs))
  next.set(heard.vehicleId, fold(next.get(heard.vehicleId) ?? stranger(heard), heard, site))
  if (next.size > presenceLimits.vehiclesMax) next.delete(leastWanted(next))
  return { presence: next, verdict }
}

/** Without the cars that have been silent too long. */
export function forget(presence: Presence, nowMs: number): Presence {
  let kept: Map<string, Vehicle> | null = null
  // Called for every message, and almost always in vain: no copy until there is need of one.
  for (const { vehicleId, lastSeenAtMs } of presence.values()) {
    if (nowMs - lastSeenAtMs <= presenceLimits.silenceMaxMs) continue
    kept ??= new Map(presence)
    kept.delete(vehicleId)
  }
  return kept ?? presence
}

function judge(sentAtMs: number, receivedAtMs: number, known: Vehicle | null): HeardVerdict {
  if (sentAtMs - receivedAtMs > presenceLimits.clockAheadMaxMs) return 'ahead'
  if (receivedAtMs - sentAtMs > presenceLimits.telemetryAgeMaxMs) return 'stale'
  return known !== null && sentAtMs < known.sentAtMs ? 'stale' : 'folded'
}

function stranger({ vehicleId, telemetry, receivedAtMs }: Heard): Vehicle {
  return {
    vehicleId,
    sentAtMs: Date.parse(telemetry.sentAt),
    lastSeenAtMs: receivedAtMs,
    distanceM: null,
    onSite: false,
    onSiteAtMs: null,
    flapOpen: false,
    flapOpenAtMs: null,
    level: unknownLevel,
    plateText: null,
  }
}

function fold(vehicle: Vehicle, { telemetry, receivedAtMs }: Heard, site: Site): Vehicle {
  const { signals } = telemetry
  const sentAtMs = Date.parse(telemetry.sentAt)
  // When it was true by our clock: a message may have waited in a tunnel, but none is from tomorrow.
  const atMs = Math.max(Math.min(sentAtMs, receivedAtMs), lastFoldedAtMs(vehicle))
  const place = placeOf(signals)
  const apartM = place === null ? vehicle.distanceM : distanceM(site, place)
  const onSite = isOnSite(apartM, vehicle.onSite, site.radiusM)
  const flapOpen = signals['Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen'] ?? vehicle.flapOpen
  return {
    vehicleId: vehicle.vehicleId,
    sentAtMs,
    lastSeenAtMs: Math.max(receivedAtMs, vehicle.lastSeenAtMs),
    distanceM: apartM,
    onSite,
    onSiteAtMs: onSite ? atMs : vehicle.onSiteAtMs,
    flapOpen,
    flapOpenAtMs: flapOpen ? atMs : vehicle.flapOpenAtMs,
    level: foldLevel(vehicle.level, signals, atMs),
    plateText: signals['Vehicle.VehicleIdentification.LicensePlate'] ?? vehicle.plateText,
  }
}

/** Our own clock may be set back; a car's past never moves. */
function lastFoldedAtMs({ level, onSiteAtMs, flapOpenAtMs }: Vehicle): number {
  return Math.max(level.samples.at(-1)?.atMs ?? 0, onSiteAtMs ?? 0, flapOpenAtMs ?? 0)
}

function isOnSite(apartM: number | null, wasOnSite: boolean, radiusM: number): boolean {
  if (apartM === null) return false
  return apartM <= (wasOnSite ? radiusM * presenceLimits.leaveFactor : radiusM)
}

function placeOf(signals: VehicleTelemetry['signals']): Place | null {
  const latitude = signals['Vehicle.CurrentLocation.Latitude']
  const longitude = signals['Vehicle.CurrentLocation.Longitude']
  const accuracyM = signals['Vehicle.CurrentLocation.HorizontalAccuracy'] ?? 0
  if (latitude === undefined || longitude === undefined) return null
  return accuracyM > presenceLimits.accuracyMaxM ? null : { latitude, longitude }
}

/** The car to forget when there are too many: off site before on site, then the longest unheard. */
function leastWanted(presence: Presence): string {
  const [least] = [...presence.values()].sort(
    (a, b) =>
      Number(a.onSite) - Number(b.onSite) ||
      a.lastSeenAtMs - b.lastSeenAtMs ||
      (a.vehicleId < b.vehicleId ? -1 : 1),
  )
  return least?.vehicleId ?? ''
}
