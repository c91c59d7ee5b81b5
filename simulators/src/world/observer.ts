import { setTimeout as sleep } from 'node:timers/promises'
import type { StationSnapshot } from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Box } from '../box/index.ts'
import { type Audit, judge, type RecordedRefuel, saleIdsOf, type Verdict } from '../judge/index.ts'
import type { Forecourt } from './forecourt.ts'
import { gatherAudit } from './gather-audit.ts'
import type { Payments } from './payments.ts'
import type { RefuelBook } from './refuel-book.ts'

/** Watches the product from outside: gateway, cloud and the provider's book, and judges them. */
export type Observer = {
  /** Null while the gateway does not answer. */
  station(): StationSnapshot | null
  records(): readonly RecordedRefuel[]
  verdict(): Verdict
  /** Deliveries without a record that may still be on their way. */
  underWay(): number
  cancelled(): number
  changed(): void
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

const stationEveryMs = 200
const cloudEveryMs = 500
const walletsEveryMs = 5_000
/** A delivery this old, with a gateway that has nothing left to send, will not be recorded any more. */
const lostAfterMs = 15_000
const cancelledMax = 10_000

export function createObserver(deps: {
  readonly box: Box
  readonly book: RefuelBook
  readonly forecourt: Forecourt
  readonly payments: Payments
  readonly log: Logger
}): Observer {
  const { box, book, forecourt, payments, log } = deps
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const cancelled = new Set<string>()
  let station: StationSnapshot | null = null
  const { contracts } = payments
  let audit: Audit = { before: [], book: [], after: [], contracts }
  let judged = judgeNow()

  function judgeNow() {
    const all = forecourt.witnessed()
    const known = new Set(book.records().map((record) => record.saleId))
    const isKnown = (delivery: (typeof all)[number]) =>
      saleIdsOf(delivery).some((saleId) => known.has(saleId))
    const underWay = all.filter(
      (delivery) => !isKnown(delivery) && mayStillCome(delivery.hungUpAt, station),
    )
    const verdict = judge({
      deliveries: all.filter((delivery) => !underWay.includes(delivery)),
      refuels: book.records(),
      audit,
    })
    return { verdict, underWay: underWay.length }
  }
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const lookAtStation = async () => {
    // The gateway is down or restarting; the page shows that, and the next look may find it.
    station = await box.edgeApi.station().catch(() => null)
    for (const step of station?.steps ?? []) {
      if (step.code === 'cancelled' && step.refuelId !== null) note(cancelled, step.refuelId)
    }
    changed()
  }
  const lookAtCloud = async () => {
    audit = await gatherAudit({ box, book, contracts })
    judged = judgeNow()
    changed()
  }
  const loops = [
    every(stationEveryMs, lookAtStation),
    every(cloudEveryMs, lookAtCloud),
    every(walletsEveryMs, payments.refresh),
  ]

  async function every(ms: number, look: () => Promise<void>): Promise<void> {
    while (!closing.signal.aborted) {
      await look().catch((error: unknown) => log.debug({ err: error }, 'look failed'))
      await sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  return {
    station: () => station,
    records: book.records,
    verdict: () => judged.verdict,
    underWay: () => judged.underWay,
    cancelled: () => cancelled.size,
    changed,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      closing.abort()
      await Promise.all(loops)
    },
  }
}

function mayStillCome(hungUpAt: string, station: StationSnapshot | null): boolean {
  if (station === null || station.uplink.outboxDepth > 0 || !station.uplink.online) return true
  return Date.now() - Date.parse(hungUpAt) < lostAfterMs
}

function note(cancelled: Set<string>, refuelId: string): void {
  if (cancelled.size < cancelledMax) cancelled.add(refuelId)
}
