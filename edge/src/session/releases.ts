import type { FuellingPointReading, PumpCommand } from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { Session } from './session.ts'

export const releaseLimits = {
  /** A release the pump has not acted on is given again, so often and so far apart. */
  triesMax: 5,
  everyMs: 2_000,
} as const

/** Gives commands to a pump, and gives a release again while the pump still calls. */
export function createReleases(deps: {
  readonly command: (command: PumpCommand) => Promise<void>
  readonly now: () => Date
  readonly log: Logger
}) {
  const { now, log } = deps
  let last = { refuelId: '', tries: 0, atMs: 0 }

  async function give(command: PumpCommand, refuelId: string): Promise<void> {
    if (command.type === 'authorise') {
      const tries = last.refuelId === refuelId ? last.tries + 1 : 1
      last = { refuelId, tries, atMs: now().getTime() }
    }
    try {
      await deps.command(command)
    } catch (error) {
      // A release is given again while the pump calls; anything else shows in the next reading.
      log.warn({ err: error, command: command.type }, 'pump command failed')
    }
  }

  return {
    give,
    /** A pump that still calls has not heard its release, or lost power after it. */
    again(session: Session, reading: FuellingPointReading): void {
      if (session.status !== 'authorised' || reading.state !== 'calling') return
      const { refuelId, limitFen } = session.visit
      if (last.refuelId === refuelId) {
        const isSoon = now().getTime() - last.atMs < releaseLimits.everyMs
        if (isSoon || last.tries >= releaseLimits.triesMax) return
      }
      const preset = limitFen === null ? null : ({ by: 'amount', amountFen: limitFen } as const)
      void give({ type: 'authorise', fuellingPoint: reading.fuellingPoint, preset }, refuelId)
    },
  }
}
