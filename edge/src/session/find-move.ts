import type { FuellingPointReading, Millilitres } from '@forecourt/contracts'
import { canDeliver, type Found, isFlowing, isStale, type Look, openVisit } from './look.ts'
import { type Observed, observedLimits } from './observed.ts'
import type { SessionInput, Visit } from './session.ts'
import { startsOf } from './totals.ts'

/** What the nozzle says: lift, swap, flow, hang-up. */
export function findMove(look: Look): Found {
  const { session, observed, reading } = look
  const visit = openVisit(session)
  const lifted = reading.liftedNozzle
  if (visit === null) {
    if (lifted === null) return rest(observed)
    if (lifted === observed.spentNozzle && !canDeliver(reading)) return { inputs: [], observed }
    return begin(look, lifted, [])
  }
  if (lifted === null) return hang(look, visit)
  if (lifted !== visit.nozzle || isStale(look, visit) || isLiftedAgain(look, visit)) {
    return begin(look, lifted, [leave(visit, reading)])
  }
  const flows = !visit.flowed && isFlowing(reading)
  return {
    inputs: flows ? [{ type: 'flow_started' }] : [],
    observed: { ...observed, hungReadings: 0, hungAt: null },
  }
}

/** Hung after fuel had moved, and up again: a new visit, unless the display runs on (a flicker). */
function isLiftedAgain({ observed, reading }: Look, visit: Visit): boolean {
  if (!visit.flowed || observed.hungAt === null || !canDeliver(reading)) return false
  if (observed.unconfirmedSale !== null) return false
  return reading.state !== 'fuelling' || reading.volumeMl < observed.volumeMl
}

function rest(observed: Observed): Found {
  return { inputs: [], observed: { ...observed, hungReadings: 0, hungAt: null, spentNozzle: null } }
}

function begin(look: Look, nozzle: number, before: readonly SessionInput[]): Found {
  const { point, reading, observed, at, nextRefuelId } = look
  const grade = point.nozzles.find((known) => known.nozzle === nozzle)?.grade
  // A nozzle nobody configured: its sale will still be recorded, as recovered.
  if (grade === undefined) return { inputs: before, observed }
  const lifted: SessionInput = {
    type: 'lifted',
    at,
    refuelId: nextRefuelId(),
    fuellingPoint: point.fuellingPoint,
    nozzle,
    grade,
    unitPriceFenPerLitre: reading.unitPriceFenPerLitre,
    releaseMode: point.releaseMode,
    agreeingFrames: point.agreeingFrames,
    totaliserBeforeMl: totalBefore(look, nozzle, before),
  }
  const flow: readonly SessionInput[] = isFlowing(reading) ? [{ type: 'flow_started' }] : []
  return {
    inputs: [...before, lifted, ...flow],
    observed: { ...observed, hungReadings: 0, hungAt: null, spentNozzle: null },
  }
}

function totalBefore(
  { point, observed, reading }: Look,
  nozzle: number,
  before: readonly SessionInput[],
): Millilitres | null {
  const shownMl = isFlowing(reading) ? null : reading.totaliserMl
  const starts = startsOf(observed, nozzle)
  const isOnly = point.nozzles.length === 1
  // After a sale that never showed, the last known total is no longer where this visit starts.
  if (before.some((input) => input.type === 'sale_missing')) return isOnly ? shownMl : null
  if (shownMl !== null && starts.includes(shownMl)) return shownMl
  const known = observed.totalsMl[nozzle]
  return known === undefined ? (isOnly ? shownMl : null) : (known as Millilitres)
}

/** All nozzles hang while a visit is open: an empty visit ends, one with fuel waits for its sale. */
function hang(look: Look, visit: Visit): Found {
  const { observed, reading, at } = look
  const hungAt = observed.hungAt ?? at
  const hungReadings = observed.hungReadings + 1
  const waiting = { ...observed, hungAt, hungReadings }
  const flowed = visit.flowed || hasMetered(look, visit)
  const flow: readonly SessionInput[] = flowed && !visit.flowed ? [{ type: 'flow_started' }] : []
  const waitedMs = Date.parse(at) - Date.parse(hungAt)
  if (flowed) {
    if (waitedMs < observedLimits.saleWaitMs) return { inputs: flow, observed: waiting }
    return {
      inputs: [...flow, leave({ ...visit, flowed }, reading)],
      observed: rest(observed).observed,
    }
  }
  const isSure =
    hungReadings >= observedLimits.confirmingReadings && observed.unconfirmedSale === null
  if (!isSure) return { inputs: [], observed: waiting }
  return { inputs: [{ type: 'hung_up_empty' }], observed: rest(observed).observed }
}

/** Litres since the last sale accounted for, which flow that was never seen alone explains. */
function hasMetered({ point, observed, reading }: Look, visit: Visit): boolean {
  const beforeMl = observed.totalsMl[visit.nozzle] ?? visit.totaliserBeforeMl
  if (point.nozzles.length > 1 || beforeMl === null || reading.totaliserMl === null) return false
  return reading.totaliserMl - beforeMl > observedLimits.totaliserToleranceMl
}

/** Ends a visit whose sale never showed: with the display's figures when fuel had moved. */
function leave(visit: Visit, reading: FuellingPointReading): SessionInput {
  if (!visit.flowed) return { type: 'hung_up_empty' }
  const { volumeMl, amountFen, totaliserMl } = reading
  const detail = `fuel moved but no sale shows; display ${volumeMl} ml, ${amountFen} fen, totaliser ${totaliserMl ?? 'unknown'}`
  return { type: 'sale_missing', detail }
}
