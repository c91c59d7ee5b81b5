import { type KeyObject, sign } from 'node:crypto'
import type { VehicleToken } from '@forecourt/contracts'

/** How long a car's credential is good for. */
export const vehicleTokenDays = 365

/**
 * Signs who a car is, in the text form of contracts/vehicle.ts: two base64url parts, the second
 * an Ed25519 signature over the first as it stands.
 */
export function signVehicleToken(token: VehicleToken, key: KeyObject): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url')
  return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`
}
