import { z } from 'zod'
import { Instant, VehicleId } from './ids.ts'

/**
 * The signals we use, by their COVESA Vehicle Signal Specification (v6) path. Units are VSS's:
 * degrees, kilometres an hour, litres, per cent. A car may send more; the rest is ignored.
 */
export const VehicleSignals = z.object({
  'Vehicle.CurrentLocation.Latitude': z.number().min(-90).max(90).optional(),
  'Vehicle.CurrentLocation.Longitude': z.number().min(-180).max(180).optional(),
  'Vehicle.CurrentLocation.HorizontalAccuracy': z.number().nonnegative().optional(),
  'Vehicle.Speed': z.number().min(0).max(400).optional(),
  'Vehicle.IsMoving': z.boolean().optional(),
  'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': z.number().min(0).max(2_000).optional(),
  'Vehicle.Powertrain.FuelSystem.RelativeLevel': z.number().min(0).max(100).optional(),
  'Vehicle.Powertrain.FuelSystem.TankCapacity': z.number().min(1).max(2_000).optional(),
  'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': z.boolean().optional(),
  'Vehicle.VehicleIdentification.LicensePlate': z.string().max(16).optional(),
})
export type VehicleSignals = z.infer<typeof VehicleSignals>

/** What a car publishes. `sentAt` is its clock: MQTT 3.1.1 has no expiry, so staleness is judged by it. */
export const VehicleTelemetry = z.object({
  sentAt: Instant,
  signals: VehicleSignals,
})
export type VehicleTelemetry = z.infer<typeof VehicleTelemetry>

/** The largest MQTT payload a car may publish. A larger one closes its connection, and is counted. */
export const vehiclePayloadBytesMax = 4_096

/**
 * Who a car is to a station's broker: MQTT user name = client id = vehicle id, password = this
 * token. The cloud signs it; a station holds only the public key, so a stolen gateway can
 * forge no car, and the check needs no network.
 *
 * Text form: `base64url(JSON of VehicleToken) . base64url(Ed25519 signature of the first part)`.
 */
export const VehicleToken = z.strictObject({ vehicleId: VehicleId, expiresAt: Instant })
export type VehicleToken = z.infer<typeof VehicleToken>

/** MQTT topics. A car may publish on its own `telemetry` and hear its own `receipt`, nothing else. */
export const vehicleTopics = {
  telemetry: (vehicleId: string) => `forecourt/v1/vehicles/${vehicleId}/telemetry`,
  receipt: (vehicleId: string) => `forecourt/v1/vehicles/${vehicleId}/receipt`,
} as const
