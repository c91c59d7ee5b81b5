import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { BookFile } from './book-file.ts'
import { type Charge, ChargeRequest } from './charges.ts'
import { invalid } from './invalid.ts'
import type { Notifier } from './notices.ts'
import {
  answerText,
  requestText,
  type SignatureFault,
  signatureFault,
  signatureOf,
} from './signing.ts'

/** How long a charge that `times_out` is left hanging when its client never gives up; then 504. */
const hangMsMax = 60_000

type ChargeRouteParts = {
  readonly key: string
  readonly log: Logger
  readonly clock: () => number
  readonly books: BookFile
  readonly notifier: Notifier
}

type Status = 200 | 400 | 401 | 404 | 409 | 504

/** What a merchant may call: both ways are signed, errors too. */
export function createChargeRoutes(parts: ChargeRouteParts) {
  const { book } = parts.books
  return new Hono()
    .post('/charges', async (c) => {
      const body = await c.req.text()
      const fault = faultOf(c, body, parts)
      if (fault !== null) return answer(c, parts, 401, refusals[fault])
      const request = ChargeRequest.safeParse(parseJson(body))
      if (!request.success) return answer(c, parts, 400, invalid(request.error))
      return await charge(c, parts, request.data)
    })
    .get('/charges/:outTradeNo', (c) => {
      const fault = faultOf(c, '', parts)
      if (fault !== null) return answer(c, parts, 401, refusals[fault])
      const known = book.charges.get(c.req.param('outTradeNo'))
      return known ? answer(c, parts, 200, toAnswer(known)) : answer(c, parts, 404, chargeUnknown)
    })
}

async function charge(c: Context, parts: ChargeRouteParts, request: ChargeRequest) {
  const { book } = parts.books
  const createdAt = new Date(parts.clock()).toISOString()
  const decision = book.decide(request, { transactionId: randomUUID(), createdAt })
  if (decision.kind === 'conflict') return answer(c, parts, 409, conflictIn(decision.field))
  if (decision.kind === 'new') parts.books.write(decision.lines)
  const charged = book.charges.get(request.outTradeNo)
  if (charged === undefined) throw new Error(`${request.outTradeNo} was written and is not there`)
  const behaviour = book.contracts.get(request.contractId)
  if (behaviour === 'times_out') return await hang(c, parts)
  if (decision.kind === 'new') {
    const body = JSON.stringify(toAnswer(charged))
    const notices = behaviour === 'answers_twice' ? 2 : 1
    for (let i = 0; i < notices; i++) parts.notifier.notify(request.notifyUrl, body)
  }
  return answer(c, parts, 200, toAnswer(charged))
}

/** The money is taken and nobody says so: holds the answer back until the client gives up. */
async function hang(c: Context, parts: ChargeRouteParts): Promise<Response> {
  // An abort is the client giving up, which is what we wait for.
  await sleep(hangMsMax, undefined, { signal: c.req.raw.signal, ref: false }).catch(() => undefined)
  return answer(c, parts, 504, { code: 'timed_out', message: 'the bank did not answer' })
}

function faultOf(
  c: Context,
  body: string,
  { key, clock }: ChargeRouteParts,
): SignatureFault | null {
  const { pathname, search } = new URL(c.req.url)
  const timestamp = c.req.header('x-timestamp') ?? ''
  const nonce = c.req.header('x-nonce') ?? ''
  const signature = c.req.header('x-signature') ?? ''
  const text = requestText({
    method: c.req.method,
    path: pathname + search,
    timestamp,
    nonce,
    body,
  })
  return signatureFault(key, text, { timestamp, nonce, signature }, Math.floor(clock() / 1000))
}

function answer(c: Context, { key, clock }: ChargeRouteParts, status: Status, value: object) {
  const body = JSON.stringify(value)
  const timestamp = String(Math.floor(clock() / 1000))
  const nonce = randomUUID()
  return c.body(body, status, {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': signatureOf(key, answerText({ timestamp, nonce, body })),
  })
}

const toAnswer = ({ outTradeNo, transactionId, state, amountFen, reason }: Charge) => ({
  outTradeNo,
  transactionId,
  state,
  amountFen,
  reason,
})

const refusals: Readonly<Record<SignatureFault, { code: string; message: string }>> = {
  signature_missing: {
    code: 'signature_missing',
    message: 'send x-timestamp (seconds), x-nonce and x-signature',
  },
  timestamp_skewed: { code: 'timestamp_skewed', message: 'x-timestamp is 300 s or more off' },
  signature_wrong: {
    code: 'signature_wrong',
    message: 'sign METHOD, PATH, TIMESTAMP, NONCE and BODY, each followed by a line feed',
  },
}

const chargeUnknown = { code: 'charge_unknown', message: 'no charge has this outTradeNo' }

const conflictIn = (field: string) => ({
  code: 'charge_conflict',
  message: `this outTradeNo was charged before with another ${field}`,
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Not JSON; the schema then says that an object was expected.
  }
}
