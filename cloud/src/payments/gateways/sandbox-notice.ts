import { z } from 'zod'
import { type SignatureFault, signatureFault, signatureHeadersOf } from './sandbox-signing.ts'

/** What the provider says of one charge: the body of its answers and of its notices. */
export const SandboxCharge = z.object({
  outTradeNo: z.string().min(1).max(64),
  transactionId: z.string().min(1).max(64),
  state: z.enum(['paid', 'refused', 'processing']),
  amountFen: z.number().int(),
  reason: z.string().max(200).nullable(),
})
export type SandboxCharge = z.infer<typeof SandboxCharge>

type NoticeVerdict =
  | { readonly kind: 'notice'; readonly notice: SandboxCharge }
  | { readonly kind: 'rejected'; readonly reason: SignatureFault | 'malformed' }

/**
 * Judges a notice the provider posted. Genuine and fresh is not new: a notice comes again until
 * it is answered 200, so what follows from it must be idempotent, and its amount must still be
 * compared with what was asked.
 *
 * @param notice - `path` with its query and `body` exactly as received; nothing re-serialised.
 */
export function verifySandboxNotice(notice: {
  readonly key: string
  readonly headers: Headers
  readonly path: string
  readonly body: string
  /** Epoch milliseconds. */
  readonly clock: () => number
}): NoticeVerdict {
  const { key, path, body, clock } = notice
  const signed = signatureHeadersOf(notice.headers)
  const lines = ['POST', path, signed.timestamp, signed.nonce, body]
  const fault = signatureFault(key, lines, signed, Math.floor(clock() / 1000))
  if (fault !== null) return { kind: 'rejected', reason: fault }
  const charge = parseSandboxCharge(body)
  return charge === null
    ? { kind: 'rejected', reason: 'malformed' }
    : { kind: 'notice', notice: charge }
}

/** A charge as the provider wrote it; null when the text is not one. */
export function parseSandboxCharge(body: string): SandboxCharge | null {
  try {
    return SandboxCharge.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null // Not JSON, so not a charge either.
  }
}
