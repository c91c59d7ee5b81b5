import type { FuellingPointReading } from '@forecourt/contracts'
import type { Found, Look } from './look.ts'
import { type Observed, observedLimits } from './observed.ts'
import { gapAlarm } from './totals.ts'

/**
 * With one nozzle the running totaliser must stand where the last sale left it whenever the
 * pump is at rest. With several it is not told whose totaliser is shown, so only sales count.
 */
export function findGap({ point, session, observed, reading }: Look): Found {
  const [only, ...others] = point.nozzles
  const known = only && others.length === 0 ? observed.totalsMl[only.nozzle] : undefined
  const { totaliserMl } = reading
  const atRest = reading.liftedNozzle === null && session.status === 'idle'
  if (!only || known === undefined || totaliserMl === null || !atRest) {
    return { inputs: [], observed: { ...observed, gapReadings: 0 } }
  }
  const inputs = gapAlarm(point, only.nozzle, known, totaliserMl)
  if (inputs.length === 0) return { inputs, observed: { ...observed, gapReadings: 0 } }
  const gapReadings = observed.gapReadings + 1
  if (!standsStill(observed, reading) || gapReadings < observedLimits.confirmingReadings) {
    return { inputs: [], observed: { ...observed, gapReadings } }
  }
  const totalsMl = { ...observed.totalsMl, [only.nozzle]: totaliserMl }
  return { inputs, observed: { ...observed, gapReadings: 0, totalsMl } }
}

function standsStill(observed: Observed, reading: FuellingPointReading): boolean {
  return observed.totaliserMl === reading.totaliserMl
}
