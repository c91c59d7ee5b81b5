import {
  type Receipt,
  type StationEvent,
  type Uplink,
  UplinkError,
  uplinkLimits,
} from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Outbox } from '../store/index.ts'
import { backoffMs } from './backoff.ts'
import { pause } from './pause.ts'

export const forwardLimits = {
  sendTimeoutMs: 10_000,
  /** Waits between tries while the line is down, and while the cloud refuses us. */
  down: { firstMs: 250, maxMs: 5_000 },
  refused: { firstMs: 5_000, maxMs: 30_000 },
} as const

export type LineState = {
  readonly online: boolean
  /** Why a person must act: wrong token, another gateway on this station. Null otherwise. */
  readonly refusal: string | null
  readonly lastReceiptAt: string | null
}

export type Forwarder = {
  /** There is something new to send. */
  wake(): void
  /** The line is known to be back: try at once. */
  lineReturned(): void
  /** Another caller of the same line was let down. */
  lineFailed(error: UplinkError): void
  state(): LineState
  /** Ends after the batch under way. */
  close(): Promise<void>
}

/**
 * Drains the outbox, oldest first, one batch of at most `eventsPerBatchMax` in flight, so that
 * order per fuelling point is kept. A row leaves only on the cloud's receipt; `rejected` ones
 * are set aside. Nothing else ever removes one.
 */
export function createForwarder(deps: {
  readonly uplink: Uplink
  readonly outbox: Outbox
  readonly now: () => Date
  readonly random: () => number
  readonly log: Logger
  readonly count: (rejection: string) => void
  readonly onReceipts: (events: readonly StationEvent[]) => void
  readonly onChange: () => void
}): Forwarder {
  const { uplink, outbox, log } = deps
  const closing = new AbortController()
  let state: LineState = { online: false, refusal: null, lastReceiptAt: null }
  let waking = new AbortController()
  let failures = 0

  function set(next: Partial<LineState>): void {
    const before = state
    state = { ...state, ...next }
    if (before.online !== state.online) {
      if (state.online) log.info('uplink up')
      else log.warn('uplink down')
    }
    if (before.refusal !== state.refusal && state.refusal !== null) {
      log.error({ refusal: state.refusal }, 'uplink refused')
    }
    deps.onChange()
  }

  async function sendBatch(events: readonly StationEvent[]): Promise<void> {
    const call = { timeoutMs: forwardLimits.sendTimeoutMs, signal: closing.signal }
    const receipts = await uplink.send(events, call)
    const gone = await storeReceipts(deps, events, receipts)
    if (gone.length > 0) deps.onReceipts(gone)
    if (receipts.length === 0) throw new UplinkError('uplink_down', 'no receipt in time')
    failures = 0
    set({ online: true, refusal: null, lastReceiptAt: deps.now().toISOString() })
  }

  function note(error: unknown): boolean {
    const isRefused = error instanceof UplinkError && error.code === 'uplink_refused'
    const detail = error instanceof Error ? error.message : String(error)
    set({ online: false, refusal: isRefused ? detail : null })
    return isRefused
  }

  function fail(error: unknown): number {
    failures += 1
    if (!(error instanceof UplinkError)) log.error({ err: error }, 'forwarding failed')
    const isRefused = note(error)
    return backoffMs(failures, forwardLimits[isRefused ? 'refused' : 'down'], deps.random())
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      // Renewed before looking, so that an event stored meanwhile is not slept over.
      waking = new AbortController()
      const events = outbox.peek(uplinkLimits.eventsPerBatchMax)
      if (events.length === 0) {
        await pause(null, [waking.signal, closing.signal])
        continue
      }
      try {
        await sendBatch(events)
      } catch (error) {
        // The rows are still in the outbox, so any failure only costs time.
        if (!closing.signal.aborted) await wait(fail(error))
      }
    }
  }

  let hurry = new AbortController()
  async function wait(ms: number): Promise<void> {
    hurry = new AbortController()
    await pause(ms, [hurry.signal, closing.signal])
  }

  const done = run()
  return {
    wake: () => waking.abort(),
    lineReturned() {
      if (!state.online) set({ online: true, refusal: null })
      hurry.abort()
    },
    lineFailed: (error) => void note(error),
    state: () => state,
    async close() {
      closing.abort()
      await done
    },
  }
}

/** Lets accepted events go and sets rejected ones aside; returns the accepted. */
async function storeReceipts(
  deps: {
    readonly outbox: Outbox
    readonly log: Logger
    readonly count: (rejection: string) => void
  },
  events: readonly StationEvent[],
  receipts: readonly Receipt[],
): Promise<readonly StationEvent[]> {
  const { outbox, log, count } = deps
  const known = new Map(events.map((event) => [event.eventId, event]))
  const kept = receipts.filter((receipt) => known.has(receipt.eventId))
  const accepted = kept.filter((receipt) => receipt.status !== 'rejected')
  await outbox.confirm(accepted.map((receipt) => receipt.eventId))
  for (const { eventId, status, reason } of kept) {
    if (status !== 'rejected') continue
    count('event_rejected')
    log.error({ eventId, reason, type: known.get(eventId)?.type }, 'event set aside')
    await outbox.setAside(eventId, reason ?? 'no reason given')
  }
  return accepted.flatMap(({ eventId }) => known.get(eventId) ?? [])
}
