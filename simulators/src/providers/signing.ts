import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a signed message's clock may be off, in both directions. Older ones may be replays. */
const clockSkewSecondsMax = 300

/** What a request signs: its line, when, a value used once, and the very bytes of its body. */
type SignedRequest = {
  readonly method: string
  /** Path and query as they stand on the wire. */
  readonly path: string
  /** Seconds since 1970, in decimal. */
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
}

export const requestText = (request: SignedRequest): string =>
  [request.method, request.path, request.timestamp, request.nonce, request.body, ''].join('\n')

export const answerText = (answer: Pick<SignedRequest, 'timestamp' | 'nonce' | 'body'>): string =>
  [answer.timestamp, answer.nonce, answer.body, ''].join('\n')

/** Base64 of HMAC-SHA256. */
export const signatureOf = (key: string, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('base64')

export type SignatureFault = 'signature_missing' | 'timestamp_skewed' | 'signature_wrong'

/** What is wrong with a signed text; null when nothing is. Compares in constant time. */
export function signatureFault(
  key: string,
  text: string,
  headers: { readonly timestamp: string; readonly nonce: string; readonly signature: string },
  nowSeconds: number,
): SignatureFault | null {
  const { timestamp, nonce, signature } = headers
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '') return 'signature_missing'
  if (Math.abs(nowSeconds - Number(timestamp)) >= clockSkewSecondsMax) return 'timestamp_skewed'
  const expected = Buffer.from(signatureOf(key, text))
  const given = Buffer.from(signature)
  const isSame = expected.length === given.length && timingSafeEqual(expected, given)
  return isSame ? null : 'signature_wrong'
}
