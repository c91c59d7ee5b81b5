import {
  type LastRefuel,
  type Settlement,
  type Uplink,
  UplinkError,
  type VehicleReceipt,
} from '@forecourt/contracts'
import type { Logger } from 'pino'
import { backoffMs } from './backoff.ts'
import { pause } from './pause.ts'

export const settleLimits = {
  /** How long the cloud may hold an empty answer back, and how much longer we listen. */
  waitMs: 20_000,
  marginMs: 5_000,
  publishTimeoutMs: 2_000,
  down: { firstMs: 250, maxMs: 2_000 },
  refused: { firstMs: 5_000, maxMs: 30_000 },
} as const

export type SettlementStore = {
  settlementsCursor(): number
  heard(cursor: number, lastRefuels: ReadonlyMap<number, LastRefuel>): Promise<void>
}

/**
 * Hears from the cloud what became of each refuel, shows it at its pump and tells the member's
 * cars. Cars are told before the cursor is stored: after a crash a car hears twice, never not.
 */
export function createSettlementListener(deps: {
  readonly uplink: Uplink
  readonly store: SettlementStore
  readonly log: Logger
  readonly random: () => number
  readonly count: (rejection: string) => void
  /** Applies a settlement to the pump that shows its refuel; null when none does any more. */
  readonly show: (
    settlement: Settlement,
  ) => { readonly fuellingPoint: number; readonly lastRefuel: LastRefuel } | null
  readonly publishReceipt: (vehicleId: string, receipt: VehicleReceipt) => Promise<void>
  readonly onAnswer: () => void
  readonly onFailure: (error: UplinkError) => void
}): { close(): Promise<void> } {
  const { uplink, store, log, count } = deps
  const closing = new AbortController()
  let failures = 0

  async function listen(): Promise<void> {
    const { waitMs, marginMs } = settleLimits
    const call = { timeoutMs: waitMs + marginMs, signal: closing.signal }
    const after = store.settlementsCursor()
    // The first call after a failure comes back at once: it tells whether the line is there.
    const query = { after, waitMs: failures > 0 ? 0 : waitMs }
    const settlements = await uplink.settlements(query, call)
    failures = 0
    deps.onAnswer()
    if (settlements.length === 0) return
    const shown = new Map<number, LastRefuel>()
    for (const settlement of settlements) {
      const pump = deps.show(settlement)
      if (pump) shown.set(pump.fuellingPoint, pump.lastRefuel)
      await tellCars(settlement)
    }
    await store.heard(Math.max(after, ...settlements.map((one) => one.cursor)), shown)
  }

  async function tellCars(settlement: Settlement): Promise<void> {
    const { refuelId, ending, reason, amountFen, receiptNumber, decidedAt, stationId } = settlement
    const receipt = { refuelId, ending, reason, amountFen, receiptNumber, decidedAt, stationId }
    await Promise.all(
      settlement.vehicleIds.map(async (vehicleId) => {
        try {
          const late = AbortSignal.timeout(settleLimits.publishTimeoutMs)
          await Promise.race([deps.publishReceipt(vehicleId, receipt), pause(null, [late])])
        } catch (error) {
          // The receipt is also in the member's app; a car that cannot be told stops nothing.
          count('receipt_unpublished')
          log.warn({ err: error, refuelId }, 'receipt not published')
        }
      }),
    )
  }

  /** Nothing was stored, so asking again from the same cursor loses nothing. */
  function fail(error: unknown): number {
    failures += 1
    if (error instanceof UplinkError) deps.onFailure(error)
    else log.error({ err: error }, 'settlements failed')
    const isRefused = error instanceof UplinkError && error.code === 'uplink_refused'
    const limits = settleLimits[isRefused ? 'refused' : 'down']
    return backoffMs(failures, limits, deps.random())
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const failed = await listen().then(
        () => null,
        (error: unknown) => ({ error }),
      )
      if (failed && !closing.signal.aborted) await pause(fail(failed.error), [closing.signal])
    }
  }

  const done = run()
  return {
    async close() {
      closing.abort()
      await done
    },
  }
}
