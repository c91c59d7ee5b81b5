import { setTimeout as sleep } from 'node:timers/promises'
import type { Box } from '../box/index.ts'
import type { CarOnItsWay } from './bays.ts'
import type { Forecourt } from './forecourt.ts'

/** One car's way through the station. */
export type VisitPlan = CarOnItsWay & {
  readonly nozzle: number
  /** The tank's room bounds it. */
  readonly targetMl: number
}

/** How a visit went at the pump, in `performance.now()` milliseconds. */
export type VisitOutcome = {
  readonly kind: 'fuelled' | 'not_released'
  readonly volumeMl: number
  readonly amountFen: number
  readonly hungUpAtMs: number
}

export type VisitStep = 'parked' | 'lifted' | 'fuelling' | 'full' | 'hung_up'

/** How long a driver holds a nozzle that gives nothing before hanging it up again. */
const releasePatienceMs = 15_000
/** No fill takes longer, whatever the time scale; beyond it something hangs. */
const fillDeadlineMs = 180_000
const lookEveryMs = 40

/**
 * Drives one car in, fills it and hangs up. The car stays in its bay. A pump that is not
 * released (authorisation denied) is hung up without fuel, as a driver would.
 *
 * @throws {WorldError} when the bay is taken; {Error} when the fill hangs or `signal` aborts.
 */
export async function visit(
  deps: { readonly box: Box; readonly forecourt: Forecourt },
  plan: VisitPlan,
  watch: { readonly onStep: (step: VisitStep) => void; readonly signal: AbortSignal },
): Promise<VisitOutcome> {
  const { box, forecourt } = deps
  const { fuellingPoint } = plan
  await forecourt.send(plan)
  forecourt.park(fuellingPoint)
  watch.onStep('parked')
  forecourt.lift(fuellingPoint, plan.nozzle)
  watch.onStep('lifted')
  forecourt.squeeze(fuellingPoint, plan.targetMl)
  const isReleased = await until(watch.signal, releasePatienceMs, () => {
    return box.pumps.figures(fuellingPoint).volumeMl > 0
  })
  if (isReleased) {
    watch.onStep('fuelling')
    const isFull = await until(watch.signal, fillDeadlineMs, () => !flows(box, fuellingPoint))
    if (!isFull) throw new Error(`fuelling point ${fuellingPoint} never stopped`)
    watch.onStep('full')
  }
  const { volumeMl, amountFen } = box.pumps.figures(fuellingPoint)
  forecourt.hangUp(fuellingPoint)
  const hungUpAtMs = performance.now()
  watch.onStep('hung_up')
  return { kind: isReleased ? 'fuelled' : 'not_released', volumeMl, amountFen, hungUpAtMs }
}

function flows(box: Box, fuellingPoint: number): boolean {
  return box.pumps.figures(fuellingPoint).flowing
}

/** @returns False when the time was over first. */
async function until(
  signal: AbortSignal,
  withinMs: number,
  isTrue: () => boolean,
): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs
  while (!isTrue()) {
    if (performance.now() > deadlineMs) return false
    await sleep(lookEveryMs, undefined, { signal })
  }
  return true
}
