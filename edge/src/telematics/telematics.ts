import type { StationSnapshot, VehicleEvidence, VehicleReceipt } from '@forecourt/contracts'
import type { Logger } from 'pino'

/** What a station's telematics need. */
export type TelematicsDeps = {
  readonly host: string
  /** 0 takes any free port; see `Telematics.port`. */
  readonly port: number
  /** SPKI PEM of the Ed25519 key the cloud signs vehicle tokens with. */
  readonly publicKeyPem: string
  readonly location: {
    readonly latitude: number
    readonly longitude: number
    readonly radiusM: number
  }
  readonly log: Logger
  readonly clock: () => Date
  /** Counts a rejection by its stable name: `mqtt_foreign_topic`, `mqtt_oversized`, … */
  readonly count: (rejection: string) => void
}

export type Telematics = {
  /** Where the broker listens. */
  readonly port: number
  /**
   * What cars said about themselves between `since` (the lift) and `now`: at most 8, best
   * first, a car on site with its flap open before all others.
   */
  evidenceFor(visit: { readonly since: Date; readonly now: Date }): VehicleEvidence[]
  /** Every car heard lately, for the dashboard. */
  vehicles(): StationSnapshot['vehicles']
  /** Calls back after anything `vehicles()` shows may have changed. Returns the way to stop. */
  onChange(listener: () => void): () => void
  /**
   * Hands a receipt to a car. Resolves when it is sent or, for a car that does not listen now,
   * kept for its next subscription. A car may therefore hear a receipt twice: `refuelId` tells.
   */
  publishReceipt(vehicleId: string, receipt: VehicleReceipt): Promise<void>
  /** Closes every connection and stops listening. Idempotent. */
  close(): Promise<void>
}

/** Not written yet; the door's types are fixed. */
export async function createTelematics(_deps: TelematicsDeps): Promise<Telematics> {
  throw new Error('telematics: being written')
}
