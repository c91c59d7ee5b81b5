import {
  type ControllerSale,
  type FuellingPointReading,
  type Millilitres,
  type Sale,
  saleIdOf,
} from '@forecourt/contracts'
import { isNewSale, isSameSale, type Observed, observedLimits, type Point } from './observed.ts'
import { reduce, visitOf } from './reduce.ts'
import type { Session, SessionInput, Visit } from './session.ts'
import { gapAlarm, missedBefore, startsAt, startsOf } from './totals.ts'

export { firstSeen, type Observed, type Point } from './observed.ts'

type Look = {
  readonly point: Point
  /** The session before this reading, as `reduce` left it. */
  readonly session: Session
  readonly observed: Observed
  readonly reading: FuellingPointReading
  readonly at: string
  /** Mints the id of a visit that this reading opens. */
  readonly nextRefuelId: () => string
}
type Found = { readonly inputs: readonly SessionInput[]; readonly observed: Observed }

/**
 * What one more reading of a fuelling point means. Pure: the same reading again means nothing.
 *
 * First the sale the controller shows, then the litres no sale explains, then the nozzle: a
 * reading may end one visit and begin the next when polls are slow or the line was cut.
 */
export function diff(look: Look): Found {
  const sold = findSale(look)
  const afterSale = advance(look.session, sold.inputs)
  const gap = findGap({ ...look, session: afterSale, observed: sold.observed })
  const moved = findMove({ ...look, session: afterSale, observed: gap.observed })
  return {
    inputs: [...sold.inputs, ...gap.inputs, ...moved.inputs],
    observed: {
      ...moved.observed,
      at: look.at,
      state: look.reading.state,
      liftedNozzle: look.reading.liftedNozzle,
      totaliserMl: look.reading.totaliserMl,
      volumeMl: look.reading.volumeMl,
    },
  }
}

function advance(session: Session, inputs: readonly SessionInput[]): Session {
  return inputs.reduce((state, input) => reduce(state, input).session, session)
}

function findSale(look: Look): Found {
  const { reading, observed } = look
  const seen = reading.lastSale
  if (seen === null || !isNewSale(seen, observed.lastSale)) {
    return { inputs: [], observed: { ...observed, unconfirmedSale: null } }
  }
  if (!isSure(look, seen)) return { inputs: [], observed: { ...observed, unconfirmedSale: seen } }
  if (seen.volumeMl === 0) return { inputs: [], observed: account(observed, seen) }

  const visit = openVisit(look.session)
  const inputs =
    visit && belongs(look, visit, seen)
      ? [{ type: 'sale_finished', sale: toSale(look, seen, visit) } as const]
      : [toRecovered(look, seen)]
  const lifted = reading.liftedNozzle
  const isSpent = lifted !== null && lifted === seen.nozzle && !canDeliver(reading)
  return {
    inputs: [...missedBefore(look.point, observed, seen), ...inputs],
    observed: { ...account(observed, seen), spentNozzle: isSpent ? lifted : null },
  }
}

/** A visit that can still end in a sale; one that is closing has its own. */
function openVisit(session: Session): Visit | null {
  return session.status === 'closing' ? null : visitOf(session)
}

/**
 * Without a transaction number, a half-updated block or a totaliser that runs looks like a
 * sale. It must stand still for two readings at rest; with the nozzle up (a pause, or already
 * the next lift) it must also start where the last sale ended.
 */
function isSure({ point, reading, observed }: Look, seen: ControllerSale): boolean {
  if (seen.transactionNumber !== null) return true
  const isStill = isSameSale(seen, observed.unconfirmedSale)
  if (reading.liftedNozzle === null) return isStill && !isFlowing(reading)
  return isStill && reading.state === 'calling' && missedBefore(point, observed, seen).length === 0
}

function account(observed: Observed, sale: ControllerSale): Observed {
  const { nozzle, totaliserMl } = sale
  return {
    ...observed,
    lastSale: sale,
    unconfirmedSale: null,
    gapReadings: 0,
    totalsMl:
      totaliserMl === null ? observed.totalsMl : { ...observed.totalsMl, [nozzle]: totaliserMl },
  }
}

/** Whether a sale is the open visit's own, or another's that came between two looks. */
function belongs(look: Look, visit: Visit, sale: ControllerSale): boolean {
  const { observed, reading } = look
  if (sale.nozzle !== visit.nozzle || isStale(look, visit)) return false
  // The nozzle is still up and nothing has flowed: this is the sale before, shown late.
  if (!visit.flowed && reading.liftedNozzle === visit.nozzle && !isFlowing(reading)) return false
  const starts = [visit.totaliserBeforeMl, ...startsOf(observed, sale.nozzle)]
  if (sale.totaliserMl !== null && starts.some((start) => start !== null)) {
    return starts.some((start) => start !== null && startsAt(sale, start))
  }
  const last = observed.lastSale?.transactionNumber ?? null
  return last === null || sale.transactionNumber === null || isNext(last, sale.transactionNumber)
}

/** Nobody looked for so long, before any fuel moved, that another car may stand there by now. */
function isStale({ observed, at }: Look, visit: Visit): boolean {
  const unwatchedMs = Date.parse(at) - Date.parse(observed.at)
  return !visit.flowed && unwatchedMs > observedLimits.unwatchedMaxMs
}

/** Counters of 16 bits go on at 0 or at 1; a controller that lost its counter starts there too. */
function isNext(last: number, next: number): boolean {
  return next === last + 1 || (next < last && next <= 1)
}

/**
 * With one nozzle the running totaliser must stand where the last sale left it whenever the
 * pump is at rest. With several it is not told whose totaliser is shown, so only sales count.
 */
function findGap({ point, session, observed, reading }: Look): Found {
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

/** What the nozzle says: lift, swap, flow, hang-up. */
function findMove(look: Look): Found {
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

function isFlowing({ state }: FuellingPointReading): boolean {
  return state === 'fuelling' || state === 'suspended_fuelling'
}

/** States in which a lifted nozzle belongs to a visit that is still to sell. */
function canDeliver({ state }: FuellingPointReading): boolean {
  return (
    state === 'calling' || state === 'authorised' || state === 'started' || state === 'fuelling'
  )
}

function toRecovered(look: Look, seen: ControllerSale): SessionInput {
  const known = startsOf(look.observed, seen.nozzle).at(-1)
  return {
    type: 'recovered',
    refuelId: look.nextRefuelId(),
    sale: toSale(look, seen, null),
    totaliserBeforeMl: (known ?? null) as Millilitres | null,
  }
}

/** The controller's figures, verbatim, with where and when. */
function toSale({ point, reading, at }: Look, seen: ControllerSale, visit: Visit | null): Sale {
  const place = { controllerId: point.controllerId, fuellingPoint: reading.fuellingPoint }
  const startedAt = visit?.startedAt ?? null
  const configured = point.nozzles.find((known) => known.nozzle === seen.nozzle)?.grade
  return {
    ...seen,
    ...place,
    saleId: saleIdOf({ ...seen, ...place, startedAt }),
    grade: visit?.grade ?? configured ?? 'unknown',
    startedAt,
    endedAt: at,
  }
}
