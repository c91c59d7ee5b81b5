import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Fen } from '@forecourt/contracts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChargeRequest } from '../src/payments/gateway.ts'
import { createSandboxGateway, verifySandboxNotice } from '../src/payments/gateways/index.ts'
import { sign } from '../src/payments/gateways/sandbox-signing.ts'

const key = 'a-key-that-only-tests-know'
const nowMs = 1_700_000_000_000
const clock = () => nowMs

const request: ChargeRequest = {
  idempotencyKey: 'intent-1',
  memberId: 'm1',
  contractId: 'c-1',
  amountFen: Fen.parse(31_560),
  stationId: 'demo-1',
  description: '92 号 40.00 升',
}
const paid = {
  outTradeNo: 'intent-1',
  transactionId: 't-1',
  state: 'paid',
  amountFen: 31_560,
  reason: null,
}

type Reply = (incoming: IncomingMessage, response: ServerResponse) => void
type Signed = { body?: string; status?: number; skewSeconds?: number; signature?: string }

/** An answer signed as the provider signs, but for what a test spoils. */
function signedReply(spoilt: Signed): Reply {
  const body = spoilt.body ?? JSON.stringify(paid)
  const timestamp = String(nowMs / 1000 + (spoilt.skewSeconds ?? 0))
  const signature = spoilt.signature ?? sign(key, [timestamp, 'nonce-1', body])
  return (_, response) => {
    response.writeHead(spoilt.status ?? 200, {
      'x-timestamp': timestamp,
      'x-nonce': 'nonce-1',
      'x-signature': signature,
    })
    response.end(body)
  }
}

const over = (change: object) => signedReply({ body: JSON.stringify({ ...paid, ...change }) })
const unsigned: Reply = (_, response) => void response.end(JSON.stringify(paid))
/** Sends the caller to where a genuine answer waits, which is not for it to follow. */
const elsewhere: Reply = (incoming, response) => {
  if (incoming.url === '/elsewhere') signedReply({})(incoming, response)
  else response.writeHead(307, { location: '/elsewhere' }).end()
}
const absence = (code: string) => signedReply({ status: 404, body: JSON.stringify({ code }) })

describe('the sandbox gateway and a provider that cannot be trusted', () => {
  let reply: Reply = unsigned
  let received: { method: string; path: string; headers: Headers; body: string } | null = null
  const receive = async (incoming: IncomingMessage, response: ServerResponse) => {
    const headers = new Headers(incoming.headers as Record<string, string>)
    const { method = '', url: path = '' } = incoming
    received = { method, path, headers, body: await text(incoming) }
    reply(incoming, response)
  }
  const server = createServer((incoming, response) => void receive(incoming, response))
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const gateway = () => createSandboxGateway({ url, key, notifyUrl: 'http://127.0.0.1/n', clock })
  const call = (timeoutMs = 5_000) => ({ timeoutMs, signal: new AbortController().signal })

  test('a genuine answer over the very amount is believed', async () => {
    reply = signedReply({})
    expect(await gateway().charge(request, call())).toEqual({ kind: 'paid', providerRef: 't-1' })
    expect(await gateway().query(request, call())).toEqual({ kind: 'paid', providerRef: 't-1' })
  })

  test('an answer whose clock is 299 s off is believed', async () => {
    reply = signedReply({ skewSeconds: -299 })
    expect((await gateway().charge(request, call())).kind).toBe('paid')
  })

  test.each<[string, Reply]>([
    ['carries no signature', unsigned],
    ['is signed with another key', signedReply({ signature: sign('other', ['1', 'n', '{}']) })],
    ['has a signature that is cut', signedReply({ signature: 'AAAA' })],
    ['is 300 s old', signedReply({ skewSeconds: -300 })],
    ['is 300 s ahead', signedReply({ skewSeconds: 300 })],
    ['is over another amount', over({ amountFen: 31_559 })],
    ['is about another charge', over({ outTradeNo: 'intent-2' })],
    ['says the charge is under way', over({ state: 'processing' })],
    ['names a state nobody knows', over({ state: 'settled' })],
    ['has an amount that is text', over({ amountFen: '31560' })],
    ['is not JSON', signedReply({ body: 'paid!' })],
    ['is an error of the provider', signedReply({ status: 500 })],
    ['is a conflict', signedReply({ status: 409, body: '{"code":"charge_conflict"}' })],
    ['is longer than any answer', signedReply({ body: JSON.stringify(paid).padEnd(20_000) })],
    ['sends us elsewhere', elsewhere],
    ['is cut off', (incoming) => void incoming.socket.destroy()],
    [
      'breaks off in its body',
      (incoming, res) => void res.write('{', () => incoming.socket.destroy()),
    ],
  ])('an answer that %s leaves the charge unknown', async (_, spoilt) => {
    reply = spoilt
    expect((await gateway().charge(request, call())).kind).toBe('unknown')
    expect((await gateway().query(request, call())).kind).toBe('unknown')
  })

  test('silence leaves the charge unknown', async () => {
    reply = () => undefined
    expect((await gateway().charge(request, call(100))).kind).toBe('unknown')
  })

  test('a provider that is not there leaves the charge unknown', async () => {
    const nowhere = createSandboxGateway({ url: 'http://127.0.0.1:9', key, notifyUrl: url })
    expect((await nowhere.charge(request, call())).kind).toBe('unknown')
  })

  test('only the provider’s own signed word means that it never saw a charge', async () => {
    reply = absence('charge_unknown')
    expect(await gateway().query(request, call())).toEqual({ kind: 'absent' })
    expect((await gateway().charge(request, call())).kind).toBe('unknown')
    reply = absence('not_found')
    expect((await gateway().query(request, call())).kind).toBe('unknown')
    reply = (_, response) => void response.writeHead(404).end('{"code":"charge_unknown"}')
    expect((await gateway().query(request, call())).kind).toBe('unknown')
  })

  test('a refusal keeps the bank’s reason apart from the provider’s', async () => {
    reply = over({ state: 'refused', reason: 'insufficient_funds' })
    expect(await gateway().charge(request, call())).toMatchObject({ reason: 'insufficient_funds' })
    reply = over({ state: 'refused', reason: 'refused_by_bank' })
    expect(await gateway().charge(request, call())).toMatchObject({ reason: 'provider_refused' })
  })

  test('a member without a contract is refused and nobody is asked', async () => {
    received = null
    const outcome = await gateway().charge({ ...request, contractId: null }, call())
    expect(outcome).toEqual({ kind: 'refused', reason: 'provider_refused' })
    expect(received).toBeNull()
  })

  test('what is sent is the amount as asked, signed over the very bytes', async () => {
    reply = signedReply({})
    await gateway().charge(request, call())
    const { method, path, headers, body } = received ?? { headers: new Headers(), body: '' }
    const [timestamp = '', nonce = ''] = [headers.get('x-timestamp'), headers.get('x-nonce')].map(
      String,
    )
    expect(JSON.parse(body)).toMatchObject({ outTradeNo: 'intent-1', amountFen: 31_560 })
    expect(headers.get('x-signature')).toBe(
      sign(key, [method ?? '', path ?? '', timestamp, nonce, body]),
    )
  })
})

describe('a notice of the sandbox', () => {
  const path = '/v1/payments/notify/sandbox'
  const body = JSON.stringify(paid)
  const notice = (change: { path?: string; body?: string; timestamp?: string } = {}) => {
    const timestamp = change.timestamp ?? String(nowMs / 1000)
    return {
      key,
      clock,
      path: change.path ?? path,
      body: change.body ?? body,
      headers: new Headers({
        'x-timestamp': timestamp,
        'x-nonce': 'nonce-1',
        'x-signature': sign(key, ['POST', path, timestamp, 'nonce-1', body]),
      }),
    }
  }

  test('is believed when it is signed and fresh', () => {
    expect(verifySandboxNotice(notice())).toEqual({ kind: 'notice', notice: paid })
  })

  test('is refused when it is replayed 300 s later', () => {
    const old = verifySandboxNotice(notice({ timestamp: String(nowMs / 1000 - 300) }))
    expect(old).toEqual({ kind: 'rejected', reason: 'timestamp_skewed' })
  })

  test('is refused on another path', () => {
    const elsewhere = verifySandboxNotice(notice({ path: `${path}?retry=1` }))
    expect(elsewhere).toEqual({ kind: 'rejected', reason: 'signature_wrong' })
  })

  test('is refused without its headers', () => {
    const bare = verifySandboxNotice({ ...notice(), headers: new Headers() })
    expect(bare).toEqual({ kind: 'rejected', reason: 'signature_missing' })
  })

  test('is refused when it is signed but no charge', () => {
    const [timestamp, nonsense] = [String(nowMs / 1000), '{"state":"paid"}']
    const headers = new Headers({
      'x-timestamp': timestamp,
      'x-nonce': 'n',
      'x-signature': sign(key, ['POST', path, timestamp, 'n', nonsense]),
    })
    const verdict = verifySandboxNotice({ key, clock, path, body: nonsense, headers })
    expect(verdict).toEqual({ kind: 'rejected', reason: 'malformed' })
  })

  test('is refused whichever of its characters is changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.string({ maxLength: 1 }), (at, other) => {
        fc.pre(body[at] !== other)
        const forged = body.slice(0, at) + other + body.slice(at + 1)
        expect(verifySandboxNotice(notice({ body: forged })).kind).toBe('rejected')
      }),
    )
  })
})

describe('the gateway’s signature', () => {
  test('is what openssl computes over the same bytes', () => {
    // printf 'POST\n/v1/charges?a=%%2F\n1700000000\nnonce-1\n{"description":"92 号"}\n' |
    //   openssl dgst -sha256 -hmac a-key-that-only-tests-know -binary | base64
    const lines = ['POST', '/v1/charges?a=%2F', '1700000000', 'nonce-1', '{"description":"92 号"}']
    expect(sign(key, lines)).toBe('8tAbRjF4qNur/fhdmsBzKvUsGgyNYxYO6fckk+ELzOk=')
  })
})
