import type {
  ControllerSale,
  FpState,
  FuellingPointReading,
  ReleaseMode,
} from '@forecourt/contracts'

/** What the configuration says of a fuelling point. */
export type Point = {
  readonly controllerId: string
  readonly fuellingPoint: number
  readonly releaseMode: ReleaseMode
  readonly nozzles: readonly { readonly nozzle: number; readonly grade: string }[]
  readonly agreeingFrames: number
}

/**
 * What the gateway remembers of a fuelling point between two readings. Stored with the inputs
 * it led to, in one commit, so that after a power cut the next reading is compared with it.
 */
export type Observed = {
  readonly at: string
  readonly state: FpState
  readonly liftedNozzle: number | null
  /** The last sale already accounted for. */
  readonly lastSale: ControllerSale | null
  /** A sale seen once by a controller without transaction numbers; believed when seen again. */
  readonly unconfirmedSale: ControllerSale | null
  /** Each nozzle's totaliser after the last sale accounted for, by nozzle number. */
  readonly totalsMl: Readonly<Record<string, number>>
  /** Readings in a row with all nozzles hung while a visit is open. */
  readonly hungReadings: number
  /** When the open visit's nozzle was seen hung; null while lifted or without a visit. */
  readonly hungAt: string | null
  /** The sale was finished with the nozzle still up: this lift is spent until it hangs. */
  readonly spentNozzle: number | null
  /** The running totaliser at the last reading, and readings in a row that it lay past the sales. */
  readonly totaliserMl: number | null
  /** What the display showed at the last reading. */
  readonly volumeMl: number
  readonly gapReadings: number
}

export const observedLimits = {
  /** The meter counts 10 ml steps and rounds once at either end. */
  totaliserToleranceMl: 20,
  /** How long a controller may take to show the sale after the nozzle hangs. */
  saleWaitMs: 10_000,
  /** Unwatched longer than this before any fuel moved, a visit may be another car's by now. */
  unwatchedMaxMs: 60_000,
  /** Readings in a row before an empty hang-up or a totaliser gap is believed. */
  confirmingReadings: 2,
} as const

/** The memory after the very first reading: what is there already was sold before our time. */
export function firstSeen(
  reading: FuellingPointReading,
  at: string,
  /** `adopt`: sales now shown count as known. `recover`: our memory was lost, so they do not. */
  lastSale: 'adopt' | 'recover',
): Observed {
  const sale = lastSale === 'adopt' ? reading.lastSale : null
  return {
    at,
    state: 'inoperative',
    liftedNozzle: null,
    lastSale: sale,
    unconfirmedSale: null,
    totalsMl: sale !== null && sale.totaliserMl !== null ? { [sale.nozzle]: sale.totaliserMl } : {},
    hungReadings: 0,
    hungAt: null,
    spentNozzle: null,
    totaliserMl: null,
    volumeMl: 0,
    gapReadings: 0,
  }
}

/** Whether the controller shows another sale than the one accounted for. */
export function isNewSale(seen: ControllerSale, known: ControllerSale | null): boolean {
  if (known === null) return true
  if (seen.transactionNumber !== known.transactionNumber) return true
  if (seen.totaliserMl !== known.totaliserMl || seen.nozzle !== known.nozzle) return true
  // Figures tell sales apart only where nothing else does: a price shown anew is no sale.
  const hasIdentity = seen.transactionNumber !== null || seen.totaliserMl !== null
  return !hasIdentity && !isSameSale(seen, known)
}

/** Whether two looks at the last sale agree in every figure. */
export function isSameSale(a: ControllerSale, b: ControllerSale | null): boolean {
  return (
    b !== null &&
    a.transactionNumber === b.transactionNumber &&
    a.totaliserMl === b.totaliserMl &&
    a.nozzle === b.nozzle &&
    a.volumeMl === b.volumeMl &&
    a.amountFen === b.amountFen &&
    a.unitPriceFenPerLitre === b.unitPriceFenPerLitre
  )
}
