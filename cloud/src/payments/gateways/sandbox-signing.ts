import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far the provider's clock may be from ours. A message further off may be a replay. */
const clockSkewSecondsMax = 300

/** The three headers of every signed message. */
type SignatureHeaders = {
  readonly timestamp: string
  readonly nonce: string
  readonly signature: string
}

/** Base64 HMAC-SHA256 over the given lines, each ended by a line feed. */
export function sign(key: string, lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('')
  return createHmac('sha256', key).update(text, 'utf8').digest('base64')
}

export type SignatureFault = 'signature_missing' | 'timestamp_skewed' | 'signature_wrong'

/** Why signed lines cannot be believed; null when they can. Compares in constant time. */
export function signatureFault(
  key: string,
  lines: readonly string[],
  headers: SignatureHeaders,
  nowSeconds: number,
): SignatureFault | null {
  const { timestamp, nonce, signature } = headers
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '') return 'signature_missing'
  if (Math.abs(nowSeconds - Number(timestamp)) >= clockSkewSecondsMax) return 'timestamp_skewed'
  const expected = Buffer.from(sign(key, lines))
  const given = Buffer.from(signature)
  if (expected.length !== given.length) return 'signature_wrong'
  return timingSafeEqual(expected, given) ? null : 'signature_wrong'
}

/** Reads the three headers; a missing one is an empty text, which no check accepts. */
export const signatureHeadersOf = (headers: Headers): SignatureHeaders => ({
  timestamp: headers.get('x-timestamp') ?? '',
  nonce: headers.get('x-nonce') ?? '',
  signature: headers.get('x-signature') ?? '',
})
