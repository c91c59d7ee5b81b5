import { createPublicKey, type KeyObject } from 'node:crypto'
import type { StationSnapshot, VehicleEvidence, VehicleReceipt } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { type Broker, createBroker } from './broker.ts'
import { evidenceOf, toSnapshot } from './evidence.ts'
import { type Listener, listenForCars } from './listen.ts'
import { hear, nobody } from './presence.ts'
import { createReceiptPost } from './receipt-post.ts'
import { readTelemetry } from './telemetry.ts'

/** What a station's telematics need. */
type TelematicsDeps = {
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

/**
 * Starts a station's broker and follows its cars.
 *
 * @throws {Error} when the port cannot be had, or `publicKeyPem` is no Ed25519 public key.
 */
export async function createTelematics(deps: TelematicsDeps): Promise<Telematics> {
  const publicKey = readPublicKey(deps.publicKeyPem)
  const nowMs = () => deps.clock().getTime()
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of watchers) watcher()
  }
  const post = createReceiptPost(deps)
  let presence = nobody

  /** Folds a payload in; the name of what was wrong with it, or null. */
  function takeIn(vehicleId: string, payload: Uint8Array): string | null {
    const telemetry = readTelemetry(payload)
    if (telemetry === null) return 'mqtt_garbled'
    const heard = hear(presence, { vehicleId, telemetry, receivedAtMs: nowMs() }, deps.location)
    presence = heard.presence
    return heard.verdict === 'folded' ? null : `mqtt_${heard.verdict}`
  }

  const broker: Broker = await createBroker({
    log: deps.log,
    count: deps.count,
    check: () => ({ publicKey, nowMs: nowMs() }),
    onTelemetry(vehicleId, payload) {
      const rejection = takeIn(vehicleId, payload)
      if (rejection === null) changed()
      else deps.count(rejection)
    },
    onConnection: changed,
    onListening: (vehicleId, qos) => post.onListening(vehicleId, { qos, send: broker.deliver }),
    onDeaf: post.onDeaf,
    onConfirmed: post.onConfirmed,
  })
  const listener = await listenOrClose(deps, broker)

  return {
    port: listener.port,
    evidenceFor: ({ since, now }) =>
      evidenceOf(presence, { sinceMs: since.getTime(), nowMs: now.getTime() }),
    vehicles: () => toSnapshot(presence, { nowMs: nowMs(), isConnected: broker.isConnected }),
    onChange(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    publishReceipt: post.publish,
    async close() {
      await broker.close()
      await listener.close()
    },
  }
}

async function listenOrClose(deps: TelematicsDeps, broker: Broker): Promise<Listener> {
  try {
    return await listenForCars({ ...deps, accept: broker.accept })
  } catch (error) {
    await broker.close()
    throw error
  }
}

function readPublicKey(pem: string): KeyObject {
  const fix =
    'mqtt.vehicleTokenPublicKeyPem: give the PEM that the cloud answers at /v1/vehicle-token-key'
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new Error(fix, { cause })
  }
  throw new Error(`${fix}: an Ed25519 key`)
}
