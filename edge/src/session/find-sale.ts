import { type ControllerSale, type Millilitres, type Sale, saleIdOf } from '@forecourt/contracts'
import { canDeliver, type Found, isFlowing, isStale, type Look, openVisit } from './look.ts'
import { isNewSale, isSameSale, type Observed } from './observed.ts'
import type { SessionInput, Visit } from './session.ts'
import { missedBefore, startsAt, startsOf } from './totals.ts'

/** The sale that the controller shows: the open visit's own, or one that is found afterwards. */
export function findSale(look: Look): Found {
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

/** Counters of 16 bits go on at 0 or at 1; a controller that lost its counter starts there too. */
function isNext(last: number, next: number): boolean {
  return next === last + 1 || (next < last && next <= 1)
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
