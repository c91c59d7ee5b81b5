import type { ControllerSale } from '@forecourt/contracts'
import { type Observed, observedLimits, type Point } from './observed.ts'
import type { SessionInput } from './session.ts'

/**
 * Where the totaliser may stand before a nozzle's next sale: some controllers count each nozzle,
 * others the whole fuelling point, and a reading does not say which.
 */
export function startsOf({ totalsMl, lastSale }: Observed, nozzle: number): readonly number[] {
  const starts = [totalsMl[nozzle], lastSale?.totaliserMl]
  return starts.filter((start) => typeof start === 'number')
}

/** Whether a sale began where the totaliser stood. */
export function startsAt({ totaliserMl, volumeMl }: ControllerSale, startMl: number): boolean {
  if (totaliserMl === null) return false
  return Math.abs(totaliserMl - volumeMl - startMl) <= observedLimits.totaliserToleranceMl
}

/** Litres between the last sale accounted for and the start of this one: a sale was overwritten. */
export function missedBefore(
  point: Point,
  observed: Observed,
  sale: ControllerSale,
): readonly SessionInput[] {
  const starts = startsOf(observed, sale.nozzle)
  if (sale.totaliserMl === null || starts.some((start) => startsAt(sale, start))) return []
  const nearest = starts.at(-1)
  if (nearest === undefined) return []
  return gapAlarm(point, sale.nozzle, nearest, sale.totaliserMl - sale.volumeMl)
}

/** The alarm for a totaliser that stands elsewhere than the sales left it; none within tolerance. */
export function gapAlarm(
  { fuellingPoint }: Point,
  nozzle: number,
  knownMl: number,
  seenMl: number,
): readonly SessionInput[] {
  const missingMl = seenMl - knownMl
  if (Math.abs(missingMl) <= observedLimits.totaliserToleranceMl) return []
  const detail =
    missingMl > 0
      ? `nozzle ${nozzle}: ${missingMl} ml that no known sale explains, totaliser ${knownMl} to ${seenMl} ml`
      : `nozzle ${nozzle}: totaliser ran backwards, ${knownMl} to ${seenMl} ml`
  return [{ type: 'fault_seen', alarm: 'totaliser_gap', fuellingPoint, detail }]
}
