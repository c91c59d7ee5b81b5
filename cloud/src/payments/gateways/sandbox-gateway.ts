import { randomUUID } from 'node:crypto'
import type { ChargeOutcome, ChargeRequest, GatewayCall, PaymentGateway } from '../gateway.ts'
import { parseSandboxCharge, type SandboxCharge } from './sandbox-notice.ts'
import { sign, signatureFault, signatureHeadersOf } from './sandbox-signing.ts'

/** The largest answer read; a longer one is no answer of this provider. */
const answerBytesMax = 16_384

type SandboxGatewayParts = {
  /** Where the provider listens, without `/v1`. */
  readonly url: string
  readonly key: string
  /** Where the provider posts its notices. */
  readonly notifyUrl: string
  /** Epoch milliseconds. */
  readonly clock?: () => number
}

/**
 * Charges through the sandbox provider. Only an answer that is signed, fresh, about this very
 * charge and over this very amount is believed; everything else is `unknown`, because the money
 * may have moved. Never retries: that is the caller's, by `query`.
 */
export function createSandboxGateway(parts: SandboxGatewayParts): PaymentGateway {
  return {
    name: 'sandbox',
    charge: async (request, call) => {
      // Nobody was asked, so no money can have moved.
      if (request.contractId === null) return { kind: 'refused', reason: 'provider_refused' }
      const body = JSON.stringify({
        outTradeNo: request.idempotencyKey,
        contractId: request.contractId,
        amountFen: request.amountFen,
        description: request.description,
        notifyUrl: parts.notifyUrl,
      })
      const answer = await ask(parts, { method: 'POST', path: '/v1/charges', body }, call)
      return answer.kind === 'answer' ? toOutcome(answer, request) : answer
    },
    query: async (request, call) => {
      const path = `/v1/charges/${encodeURIComponent(request.idempotencyKey)}`
      const answer = await ask(parts, { method: 'GET', path, body: '' }, call)
      if (answer.kind !== 'answer') return answer
      if (answer.status === 404 && isAbsence(answer.body)) return { kind: 'absent' }
      return toOutcome(answer, request)
    },
  }
}

type Question = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body: string }
type Answer = { readonly kind: 'answer'; readonly status: number; readonly body: string }
type Unknown = Extract<ChargeOutcome, { kind: 'unknown' }>

const unknown = (detail: string): Unknown => ({ kind: 'unknown', detail: detail.slice(0, 300) })

/** A genuine answer, whatever it says; or why there is none. */
async function ask(
  parts: SandboxGatewayParts,
  question: Question,
  { timeoutMs, signal }: GatewayCall,
): Promise<Answer | Unknown> {
  const { key, clock = Date.now } = parts
  try {
    const response = await send(
      parts,
      question,
      clock(),
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    )
    const body = await readAtMost(response, answerBytesMax)
    if (body === null) return unknown(`the answer is over ${answerBytesMax} bytes`)
    const signed = signatureHeadersOf(response.headers)
    const lines = [signed.timestamp, signed.nonce, body]
    const fault = signatureFault(key, lines, signed, Math.floor(clock() / 1000))
    if (fault !== null) return unknown(`answer ${response.status}: ${fault}`)
    return { kind: 'answer', status: response.status, body }
  } catch (error) {
    // Refused, reset, redirected or too slow: the provider may have taken the money all the same.
    return unknown(`no answer: ${causeOf(error)}`)
  }
}

function send(
  { url, key }: SandboxGatewayParts,
  { method, path, body }: Question,
  nowMs: number,
  signal: AbortSignal,
): Promise<Response> {
  const target = new URL(url.replace(/\/+$/, '') + path)
  const timestamp = String(Math.floor(nowMs / 1000))
  const nonce = randomUUID()
  const signature = sign(key, [method, target.pathname + target.search, timestamp, nonce, body])
  return fetch(target, {
    method,
    body: method === 'POST' ? body : null,
    headers: {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': signature,
    },
    redirect: 'error',
    signal,
  })
}

/** The body as text; null when it is longer than allowed, which is not read to its end. */
async function readAtMost(response: Response, bytesMax: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function toOutcome({ status, body }: Answer, request: ChargeRequest): ChargeOutcome {
  if (status !== 200) return unknown(`answer ${status}: ${body}`)
  const charge = parseSandboxCharge(body)
  if (charge === null) return unknown('the answer is not a charge')
  return outcomeOf(charge, request)
}

/**
 * What a genuine charge means for the request it should be about. Also for notices: their
 * amount is compared here and nowhere else.
 */
export function outcomeOf(
  charge: SandboxCharge,
  request: Pick<ChargeRequest, 'idempotencyKey' | 'amountFen'>,
): ChargeOutcome {
  if (charge.outTradeNo !== request.idempotencyKey) return unknown('about another charge')
  if (charge.amountFen !== request.amountFen) {
    return unknown(`over ${charge.amountFen} fen, asked ${request.amountFen} fen`)
  }
  switch (charge.state) {
    case 'paid':
      return { kind: 'paid', providerRef: charge.transactionId }
    case 'refused':
      return { kind: 'refused', reason: refusalOf(charge.reason) }
    case 'processing':
      return unknown('the provider is still at it')
  }
}

const refusalOf = (reason: string | null) =>
  reason === 'insufficient_funds' ? 'insufficient_funds' : 'provider_refused'

/** Only the provider's own words mean that it never saw the charge; any 404 page does not. */
function isAbsence(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && 'code' in parsed
      ? parsed.code === 'charge_unknown'
      : false
  } catch {
    return false // Not JSON, so not the provider's word.
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
