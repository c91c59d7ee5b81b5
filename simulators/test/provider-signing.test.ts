import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerText, requestText, signatureFault, signatureOf } from '../src/providers/signing.ts'

const key = 'a-key-that-only-tests-know'

/** The independent peer: OpenSSL's own HMAC, by its command line; null where it is not installed. */
function opensslSignature(text: string): string | null {
  try {
    const args = ['dgst', '-sha256', '-hmac', key, '-binary']
    return execFileSync('openssl', args, { input: text }).toString('base64')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

const hasOpenssl = opensslSignature('') !== null

describe('the provider’s signature', () => {
  const request = {
    method: 'POST',
    path: '/v1/charges?a=%2F',
    timestamp: '1700000000',
    nonce: 'nonce-1',
    body: '{"description":"92 号"}',
  }
  const answer = { timestamp: '1700000000', nonce: 'nonce-2', body: '{"state":"paid"}' }

  test('of a request is the vector openssl gave', () => {
    expect(requestText(request).split('\n')).toHaveLength(6)
    expect(signatureOf(key, requestText(request))).toBe(
      '8tAbRjF4qNur/fhdmsBzKvUsGgyNYxYO6fckk+ELzOk=',
    )
  })

  test('of an answer is the vector openssl gave', () => {
    expect(signatureOf(key, answerText(answer))).toBe(
      'PnrpASHuonarThRx8i1znaY5uHwECbQG8ECSNWxUt6M=',
    )
  })

  describe.skipIf(!hasOpenssl)('beside openssl', () => {
    test('any body in any script is signed as openssl signs it', () => {
      const body = fc.string({ unit: 'grapheme', maxLength: 200 })
      fc.assert(
        fc.property(body, (text) => {
          const signed = requestText({ ...request, body: text })
          expect(signatureOf(key, signed)).toBe(opensslSignature(signed))
        }),
        { numRuns: 15 },
      )
    })
  })

  test('is accepted within 299 s of the clock and not at 300', () => {
    const text = requestText(request)
    const headers = { timestamp: '1700000000', nonce: 'nonce-1', signature: signatureOf(key, text) }
    const faultAt = (now: number) => signatureFault(key, text, headers, now)
    expect([faultAt(1_699_999_701), faultAt(1_700_000_299)]).toEqual([null, null])
    expect(faultAt(1_699_999_700)).toBe('timestamp_skewed')
    expect(faultAt(1_700_000_300)).toBe('timestamp_skewed')
  })

  test('of other lines, another key or nothing is refused', () => {
    const text = requestText(request)
    const given = { timestamp: '1700000000', nonce: 'nonce-1' }
    const faultOf = (signature: string) =>
      signatureFault(key, text, { ...given, signature }, 1_700_000_000)
    expect(faultOf(signatureOf(key, `${text} `))).toBe('signature_wrong')
    expect(faultOf(signatureOf('another-key', text))).toBe('signature_wrong')
    expect(faultOf('short')).toBe('signature_wrong')
    expect(faultOf('')).toBe('signature_missing')
  })
})
