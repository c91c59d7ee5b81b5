import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { requestText, signatureOf } from './signing.ts'

/** Pauses before each repeat of a notice that was not answered with 200; after the last it is given up. */
export const notifyDelaysMs: readonly number[] = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000]
/** Notices on their way at a time; one more is dropped and logged, as a query still finds the charge. */
const noticesMax = 1_000
const answerWithinMs = 5_000

export type Notifier = {
  /** Sends in the background; repeats until the merchant answers 200 or the delays are used up. */
  notify(url: string, body: string): void
  /** Stops repeating. Idempotent. */
  close(): void
}

type NotifierParts = {
  readonly key: string
  readonly log: Logger
  readonly clock: () => number
  readonly nonce: () => string
  readonly delaysMs: readonly number[]
}

/** Tells merchants what became of a charge, signed afresh at each attempt. */
export function createNotifier(parts: NotifierParts): Notifier {
  const stop = new AbortController()
  let underWay = 0
  return {
    notify: (url, body) => {
      if (underWay >= noticesMax) {
        parts.log.warn({ url, noticesMax }, 'notice dropped')
        return
      }
      underWay++
      void deliver(parts, url, body, stop.signal).finally(() => underWay--)
    },
    close: () => stop.abort(),
  }
}

async function deliver(
  parts: NotifierParts,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  for (const delayMs of [0, ...parts.delaysMs]) {
    // Only an abort rejects the pause, and the loop then ends by itself.
    await sleep(delayMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    if ((await send(parts, url, body, signal)) === 200) return
  }
  parts.log.warn({ url, attempts: parts.delaysMs.length + 1 }, 'notice given up')
}

/** The answer's status; null when nobody answered, which is as good as a refusal here. */
async function send(
  { key, clock, nonce }: NotifierParts,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<number | null> {
  const { pathname, search } = new URL(url)
  const signed = {
    method: 'POST',
    path: pathname + search,
    timestamp: String(Math.floor(clock() / 1000)),
    nonce: nonce(),
    body,
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-timestamp': signed.timestamp,
        'x-nonce': signed.nonce,
        'x-signature': signatureOf(key, requestText(signed)),
      },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return null // Refused, reset or too slow: the next attempt may find the merchant again.
  }
}
