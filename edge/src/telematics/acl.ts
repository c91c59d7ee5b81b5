import { VehicleId, vehicleTopics } from '@forecourt/contracts'

/**
 * What one car may do on a station's broker, decided by whole-string equality with its own two
 * topics. There is no pattern to get wrong: a filter with a wildcard never equals a topic, so
 * it is refused even where it would match nothing but the car's own.
 */
export function mayPublish(vehicleId: string, topic: string): boolean {
  return VehicleId.safeParse(vehicleId).success && topic === vehicleTopics.telemetry(vehicleId)
}

/** As `mayPublish`, for a subscription's topic filter. */
export function maySubscribe(vehicleId: string, filter: string): boolean {
  return VehicleId.safeParse(vehicleId).success && filter === vehicleTopics.receipt(vehicleId)
}
