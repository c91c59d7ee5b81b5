import { DeviceError, type FuellingPointReading, type PumpDriver } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { backoffMs } from '../uplink/backoff.ts'
import { pause } from '../uplink/pause.ts'

export const pollerLimits = {
  /** Failures in a row before a pump counts as lost. */
  lostAfterFailures: 3,
  backoff: { firstMs: 250, maxMs: 5_000 },
} as const

export type PollerState = {
  readonly online: boolean
  readonly lastReadAt: string | null
  readonly lastFault: string | null
}

export type Poller = {
  state(): PollerState
  close(): Promise<void>
}

/**
 * Reads one controller at its own pace. A read that takes longer than the pace makes beats be
 * skipped and counted, never queued. After `lostAfterFailures` the pump is lost: it is told
 * once, and asked more and more seldom until it answers. Other controllers have their own
 * pollers, so none waits for this one.
 */
export function createPoller(deps: {
  readonly driver: PumpDriver
  readonly pollEveryMs: number
  readonly timeoutMs: number
  readonly now: () => Date
  readonly random: () => number
  readonly log: Logger
  readonly count: (rejection: string) => void
  readonly onReadings: (readings: readonly FuellingPointReading[], at: string) => void
  readonly onLost: (fault: string) => void
  readonly onChange: () => void
}): Poller {
  const { driver, pollEveryMs, timeoutMs, log, count } = deps
  const closing = new AbortController()
  let state: PollerState = { online: false, lastReadAt: null, lastFault: null }
  let failures = 0

  async function beat(): Promise<number> {
    const startedAtMs = deps.now().getTime()
    const readings = await read()
    if (readings === null) return closing.signal.aborted ? 0 : waitAfterFailure()
    const at = deps.now()
    recovered(at.toISOString())
    deps.onReadings(readings, at.toISOString())
    return untilNextBeat(at.getTime() - startedAtMs)
  }

  async function read(): Promise<readonly FuellingPointReading[] | null> {
    try {
      return await driver.read({ timeoutMs, signal: closing.signal })
    } catch (error) {
      // Reading changes nothing at the pump, so trying again is always safe.
      if (!closing.signal.aborted) failed(error)
      return null
    }
  }

  function recovered(at: string): void {
    if (!state.online) log.info('pump found')
    const isNews = !state.online
    failures = 0
    state = { online: true, lastReadAt: at, lastFault: null }
    if (isNews) deps.onChange()
  }

  function failed(error: unknown): void {
    failures += 1
    const fault = error instanceof Error ? error.message : String(error)
    if (!(error instanceof DeviceError)) log.error({ err: error }, 'reading failed')
    count(error instanceof DeviceError ? `pump_${error.code}` : 'pump_reading_failed')
    state = { ...state, lastFault: fault }
    if (failures === pollerLimits.lostAfterFailures) {
      state = { ...state, online: false }
      log.warn({ fault }, 'pump lost')
      deps.onLost(fault)
      deps.onChange()
    }
  }

  function waitAfterFailure(): number {
    const wait = backoffMs(failures, pollerLimits.backoff, deps.random())
    return failures < pollerLimits.lostAfterFailures ? pollEveryMs : Math.max(wait, pollEveryMs)
  }

  function untilNextBeat(tookMs: number): number {
    const skipped = Math.floor(tookMs / pollEveryMs)
    if (skipped > 0) count('poll_overrun')
    return pollEveryMs * (skipped + 1) - tookMs
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) await pause(await beat(), [closing.signal])
  }

  const done = run()
  return {
    state: () => state,
    async close() {
      closing.abort()
      await done
      await driver.close()
    },
  }
}
