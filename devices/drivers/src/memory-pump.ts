import {
  DeviceError,
  type EndReason,
  Fen,
  FenPerLitre,
  type FpState,
  type FuellingPointReading,
  Millilitres,
  type PumpCapability,
  type PumpCommand,
  type PumpDriver,
  priceOf,
} from '@forecourt/contracts'

/** Commands kept for a test to look at. The oldest goes when one more comes. */
const commandsMax = 1_000

/**
 * A pump that lives in memory, for tests: a person's hands and the wire are its methods. It
 * follows the same states as a real one, without time: fuel comes when `deliver` is called.
 */
export type MemoryPump = PumpDriver & {
  /** Lifts a nozzle: `started` on a free pump, `calling` on one that wants an authorisation. */
  lift(fuellingPoint: number, nozzle: number): void
  /** Adds fuel to the running delivery, as far as a preset lets it. Needs a released nozzle. */
  deliver(fuellingPoint: number, volumeMl: number): void
  /** Ends the delivery; with fuel it becomes the last sale. */
  hangUp(fuellingPoint: number): void
  /** From now on nothing answers, until `mendLine`. The pump itself goes on. */
  cutLine(): void
  mendLine(): void
  /** Shows exactly this for one fuelling point, whatever happened before. */
  show(reading: FuellingPointReading): void
  /** Commands it took, oldest first, at most 1,000. */
  commands(): readonly PumpCommand[]
}

export type MemoryPumpOptions = {
  readonly controllerId: string
  readonly fuellingPoints: readonly {
    readonly fuellingPoint: number
    readonly nozzles: readonly { readonly nozzle: number; readonly unitPriceFenPerLitre: number }[]
    readonly requiresAuthorisation?: boolean
    readonly totaliserMl?: number
    /** The number of the sale before the next one. */
    readonly transactionNumber?: number
  }[]
}

type Config = MemoryPumpOptions['fuellingPoints'][number]
type Preset = Extract<PumpCommand, { type: 'authorise' }>['preset']
type Point = {
  readonly requiresAuthorisation: boolean
  readonly prices: Map<number, number>
  transactionNumber: number
  preset: Preset
  /** Why no more fuel comes in this delivery, null while it may. */
  ended: 'preset' | 'remote_stop' | null
  shown: FuellingPointReading
}

export function createMemoryPump(options: MemoryPumpOptions): MemoryPump {
  const { controllerId } = options
  const points = new Map(options.fuellingPoints.map((c) => [c.fuellingPoint, createPoint(c)]))
  const taken: PumpCommand[] = []
  let isCut = false

  const pointOf = (fuellingPoint: number): Point => {
    const point = points.get(fuellingPoint)
    if (point !== undefined) return point
    const detail = `fuelling point ${fuellingPoint} is not on this controller`
    throw new DeviceError('device_unsupported', controllerId, detail)
  }
  const checkLine = (signal: AbortSignal) => {
    if (isCut || signal.aborted) {
      throw new DeviceError('device_timeout', controllerId, 'no answer in time')
    }
  }

  return {
    controllerId,
    capabilities: new Set<PumpCapability>(['authorise', 'lock', 'unlock', 'stop', 'set_price']),
    read: async ({ signal }) => {
      checkLine(signal)
      return [...points.values()].map(({ shown }) => shown)
    },
    command: async (command, { signal }) => {
      checkLine(signal)
      const why = apply(pointOf(command.fuellingPoint), command)
      if (why !== null) {
        throw new DeviceError('device_refused', controllerId, `${command.type}: ${why}`)
      }
      taken.push(command)
      if (taken.length > commandsMax) taken.shift()
    },
    lift: (fuellingPoint, nozzle) => lift(pointOf(fuellingPoint), nozzle),
    deliver: (fuellingPoint, volumeMl) => deliver(pointOf(fuellingPoint), volumeMl),
    hangUp: (fuellingPoint) => hangUp(pointOf(fuellingPoint)),
    cutLine: () => {
      isCut = true
    },
    mendLine: () => {
      isCut = false
    },
    show: (reading) => {
      pointOf(reading.fuellingPoint).shown = reading
    },
    commands: () => [...taken],
    close: async () => {
      isCut = true
    },
  }
}

function createPoint(config: Config): Point {
  const { fuellingPoint, nozzles, requiresAuthorisation = false, totaliserMl = 0 } = config
  return {
    requiresAuthorisation,
    prices: new Map(nozzles.map((n) => [n.nozzle, n.unitPriceFenPerLitre])),
    transactionNumber: config.transactionNumber ?? 0,
    preset: null,
    ended: null,
    shown: {
      fuellingPoint,
      state: 'idle',
      liftedNozzle: null,
      locked: false,
      unitPriceFenPerLitre: FenPerLitre.parse(nozzles[0]?.unitPriceFenPerLitre ?? 1),
      volumeMl: Millilitres.parse(0),
      amountFen: Fen.parse(0),
      totaliserMl: Millilitres.parse(totaliserMl),
      lastSale: null,
    },
  }
}

function lift(point: Point, nozzle: number): void {
  const price = point.prices.get(nozzle)
  if (price === undefined) throw new Error(`there is no nozzle ${nozzle}`)
  if (point.shown.liftedNozzle !== null) throw new Error('a nozzle is lifted already')
  const { locked, state } = point.shown
  const isFree = state === 'authorised' || !(locked || point.requiresAuthorisation)
  point.ended = null
  point.shown = {
    ...point.shown,
    state: isFree ? 'started' : 'calling',
    liftedNozzle: nozzle,
    unitPriceFenPerLitre: FenPerLitre.parse(price),
    volumeMl: Millilitres.parse(0),
    amountFen: Fen.parse(0),
  }
}

function deliver(point: Point, addedMl: number): void {
  const { state, volumeMl, unitPriceFenPerLitre } = point.shown
  const isReleased = state === 'started' || state === 'fuelling' || state === 'authorised'
  if (point.shown.liftedNozzle === null || !isReleased) throw new Error(`no fuel while ${state}`)
  const wantedMl = volumeMl + addedMl
  const limitMl = presetMl(point.preset, unitPriceFenPerLitre)
  const reachedMl = Millilitres.parse(Math.min(wantedMl, limitMl))
  point.ended = wantedMl >= limitMl ? 'preset' : null
  point.shown = {
    ...point.shown,
    state: point.ended === null ? 'fuelling' : 'suspended_fuelling',
    volumeMl: reachedMl,
    amountFen: priceOf(reachedMl, unitPriceFenPerLitre),
  }
}

/** The most that does not cost more than the preset. */
function presetMl(preset: Preset, price: FenPerLitre): number {
  if (preset === null) return Number.POSITIVE_INFINITY
  if (preset.by === 'volume') return preset.volumeMl
  let ml = Math.ceil((preset.amountFen * 1_000) / price) + 1
  while (priceOf(Millilitres.parse(ml), price) > preset.amountFen) ml -= 1
  return ml
}

function hangUp(point: Point): void {
  const { shown } = point
  const nozzle = shown.liftedNozzle
  if (nozzle === null) return
  const endReason: EndReason = point.ended ?? 'hung_up'
  point.preset = null
  point.shown = { ...shown, state: 'idle', liftedNozzle: null }
  if (shown.volumeMl === 0) return
  const { volumeMl, unitPriceFenPerLitre, amountFen } = shown
  const totaliserMl = Millilitres.parse((shown.totaliserMl ?? 0) + volumeMl)
  point.transactionNumber = (point.transactionNumber % 0xffff) + 1
  const { transactionNumber } = point
  const figures = { volumeMl, unitPriceFenPerLitre, amountFen, totaliserMl }
  const lastSale = { transactionNumber, nozzle, endReason, ...figures }
  point.shown = { ...point.shown, totaliserMl, lastSale }
}

/** Carries a command out; in words why not, when it cannot. */
function apply(point: Point, command: PumpCommand): string | null {
  const { shown } = point
  switch (command.type) {
    case 'authorise':
      return authorise(point, command.preset)
    case 'lock':
      stop(point)
      point.shown = { ...point.shown, locked: true }
      return null
    case 'unlock': {
      const releases = shown.locked && shown.state === 'calling' && !point.requiresAuthorisation
      point.shown = { ...shown, locked: false, state: releases ? 'started' : shown.state }
      return null
    }
    case 'stop':
      stop(point)
      return null
    case 'set_price':
      return setPrice(point, command.nozzle, command.unitPriceFenPerLitre)
  }
}

function authorise(point: Point, preset: Preset): string | null {
  const { state, locked } = point.shown
  const size = preset === null ? 1 : preset.by === 'amount' ? preset.amountFen : preset.volumeMl
  if (size <= 0) return 'the value is out of its range'
  if (locked || (state !== 'idle' && state !== 'calling')) return 'it is not in a state for that'
  point.preset = preset
  point.shown = { ...point.shown, state: 'authorised' }
  return null
}

function stop(point: Point): void {
  const running: readonly FpState[] = ['authorised', 'started', 'fuelling']
  if (!running.includes(point.shown.state)) return
  if (point.shown.state === 'fuelling') {
    point.ended = 'remote_stop'
    point.shown = { ...point.shown, state: 'suspended_fuelling' }
    return
  }
  point.preset = null
  const state = point.shown.liftedNozzle === null ? 'idle' : 'calling'
  point.shown = { ...point.shown, state }
}

function setPrice(point: Point, nozzle: number, unitPriceFenPerLitre: FenPerLitre): string | null {
  if (!point.prices.has(nozzle)) return 'the value is out of its range'
  if (point.shown.liftedNozzle !== null) return 'it is not in a state for that'
  point.prices.set(nozzle, unitPriceFenPerLitre)
  point.shown = { ...point.shown, unitPriceFenPerLitre }
  return null
}
