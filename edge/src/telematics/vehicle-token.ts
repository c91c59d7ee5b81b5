import { type KeyObject, verify } from 'node:crypto'
import { VehicleToken } from '@forecourt/contracts'

/** Longer texts are refused unread: a token is about 200 characters. */
const tokenCharactersMax = 1_024

/** The cloud's Ed25519 key and the time. No network: an offline station still knows its cars. */
export type VehicleTokenCheck = { readonly publicKey: KeyObject; readonly nowMs: number }

/** `malformed` no token at all · `forged` the cloud did not sign it · `expired` it once held. */
type TokenVerdict =
  | { readonly kind: 'genuine'; readonly vehicleId: string; readonly expiresAtMs: number }
  | { readonly kind: 'malformed' | 'forged' | 'expired' }

/**
 * Judges the password a car connects with (its form: `VehicleToken` in contracts). The
 * signature is checked before the content is read, so no unsigned byte reaches a parser.
 */
export function verifyVehicleToken(text: string, at: VehicleTokenCheck): TokenVerdict {
  const [signed = '', signature = '', ...rest] = text.split('.')
  if (text.length > tokenCharactersMax || signed === '' || signature === '' || rest.length > 0) {
    return { kind: 'malformed' }
  }
  const isGenuine = verify(
    null,
    Buffer.from(signed),
    at.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isGenuine) return { kind: 'forged' }
  return judge(parseSigned(signed), at.nowMs)
}

function judge(token: VehicleToken | null, nowMs: number): TokenVerdict {
  if (token === null) return { kind: 'malformed' }
  const expiresAtMs = Date.parse(token.expiresAt)
  if (expiresAtMs <= nowMs) return { kind: 'expired' }
  return { kind: 'genuine', vehicleId: token.vehicleId, expiresAtMs }
}

function parseSigned(signed: string): VehicleToken | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(signed, 'base64url').toString('utf8'))
    return VehicleToken.safeParse(content).data ?? null
  } catch {
    return null // Signed but no JSON: the cloud's mistake, and no token.
  }
}
