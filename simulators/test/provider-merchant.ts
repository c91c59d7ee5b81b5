import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { requestText, signatureFault, signatureOf } from '../src/providers/signing.ts'

export const merchantKey = 'a-key-that-only-tests-know'

export type Charged = { readonly status: number; readonly body: Record<string, unknown> }

/** A shop that charges by signed requests and listens for notices. */
export type Merchant = {
  readonly notifyUrl: string
  /** Bodies of the genuine notices, in the order they came. */
  readonly notices: readonly Record<string, unknown>[]
  /** How many of the next notices are answered 500. */
  fail(notices: number): void
  ask(method: 'GET' | 'POST', path: string, body?: string, spoil?: Spoilt): Promise<Charged>
  charge(change?: object, signal?: AbortSignal): Promise<Charged>
  close(): void
}
type Spoilt = { timestamp?: string; signature?: string; signal?: AbortSignal | undefined }

export async function openMerchant(providerUrl: () => string): Promise<Merchant> {
  const notices: Record<string, unknown>[] = []
  let failures = 0
  const receive = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await text(incoming)
    const header = (name: string) => String(incoming.headers[name] ?? '')
    const [timestamp, nonce] = [header('x-timestamp'), header('x-nonce')]
    const { method = '', url: path = '' } = incoming
    const signed = requestText({ method, path, timestamp, nonce, body })
    const headers = { timestamp, nonce, signature: header('x-signature') }
    const fault = signatureFault(merchantKey, signed, headers, Math.floor(Date.now() / 1000))
    if (fault === null) notices.push(JSON.parse(body) as Record<string, unknown>)
    response.writeHead(fault === null && failures-- <= 0 ? 200 : 500).end()
  }
  const server = createServer((incoming, response) => void receive(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify?shop=1`

  const ask: Merchant['ask'] = async (method, path, body = '', spoil = {}) => {
    const timestamp = spoil.timestamp ?? String(Math.floor(Date.now() / 1000))
    const nonce = randomUUID()
    const signed = requestText({ method, path, timestamp, nonce, body })
    const response = await fetch(providerUrl() + path, {
      method,
      body: method === 'POST' ? body : null,
      headers: {
        'x-timestamp': timestamp,
        'x-nonce': nonce,
        'x-signature': spoil.signature ?? signatureOf(merchantKey, signed),
      },
      signal: spoil.signal ?? null,
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    notifyUrl,
    notices,
    fail: (count) => {
      failures = count
    },
    ask,
    charge: (change = {}, signal) => {
      const wanted = { outTradeNo: 'intent-1', contractId: 'c-1', amountFen: 31_560 }
      const body = JSON.stringify({ ...wanted, description: '92 号', notifyUrl, ...change })
      return ask('POST', '/v1/charges', body, { signal })
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
