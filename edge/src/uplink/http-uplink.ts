import {
  AuthorisationAnswer,
  ReceiptBatch,
  SettlementBatch,
  stationPaths,
  type Uplink,
  type UplinkCall,
  UplinkError,
} from '@forecourt/contracts'
import type { z } from 'zod'
import { readAnswer, refusalIn } from './refusal.ts'

/** A settlement batch of 500 stays far under it; more is no cloud of ours. */
const answerBytesMax = 4 * 1024 * 1024

/**
 * The uplink over plain HTTP, for stations without a broker. Every call is one request with
 * its own deadline; `fetch` keeps the connection between them.
 */
export function createHttpUplink(deps: {
  readonly url: string
  readonly stationId: string
  readonly token: string
}): Uplink {
  const { stationId, token } = deps
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const closing = new AbortController()

  async function ask<T>(path: string, init: RequestInit, schema: z.ZodType<T>, call: UplinkCall) {
    const signal = AbortSignal.any([
      call.signal,
      closing.signal,
      AbortSignal.timeout(call.timeoutMs),
    ])
    const { status, text } = await exchange(new URL(path, deps.url), { ...init, headers, signal })
    // 408, 425 and 429 ask us to come again; so does every fault on the other side.
    if (status >= 500 || status === 408 || status === 425 || status === 429) {
      throw new UplinkError('uplink_down', `status ${status}`)
    }
    if (status >= 300) throw refusalIn(status, text)
    return readAnswer(schema, toJson(text))
  }

  const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })
  return {
    kind: 'http',
    async send(events, call) {
      const path = stationPaths.events(stationId)
      return (await ask(path, post({ events }), ReceiptBatch, call)).receipts
    },
    authorise: (request, call) =>
      ask(stationPaths.authorisations(stationId), post(request), AuthorisationAnswer, call),
    async settlements({ after, waitMs }, call) {
      const path = `${stationPaths.settlements(stationId)}?after=${after}&waitMs=${waitMs}`
      return (await ask(path, { method: 'GET' }, SettlementBatch, call)).settlements
    },
    async close() {
      closing.abort()
    },
  }
}

async function exchange(url: URL, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' })
    return { status: response.status, text: await readText(response) }
  } catch (error) {
    if (error instanceof UplinkError) throw error
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new UplinkError('uplink_down', detail, { cause: error })
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > answerBytesMax) throw new UplinkError('uplink_garbled', 'the answer is too large')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UplinkError('uplink_garbled', 'the answer is not JSON', { cause: error })
  }
}
