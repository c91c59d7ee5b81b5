import { VehicleTelemetry } from '@forecourt/contracts'

/** A car's payload as telemetry, or null when it is none. Never throws: the sender may be anyone. */
export function readTelemetry(payload: Uint8Array): VehicleTelemetry | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    return VehicleTelemetry.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // Not UTF-8 or not JSON: garbled, as the caller counts it.
  }
}
