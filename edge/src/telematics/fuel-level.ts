import { Millilitres, type VehicleSignals } from '@forecourt/contracts'

/** From this instant on the tank held this much, until the next sample says otherwise. */
type LevelSample = { readonly atMs: number; readonly levelMl: Millilitres }

/**
 * What one car tells about its tank. Samples are kept only where the level changed, oldest
 * first, and start anew when their source changes: a litre sensor and a percentage disagree by
 * more than a small fill, and that must not look like fuel.
 */
export type FuelLevel = {
  readonly source: 'absolute' | 'relative' | null
  readonly capacityMl: number | null
  readonly samples: readonly LevelSample[]
}

export const unknownLevel: FuelLevel = { source: null, capacityMl: null, samples: [] }

/**
 * Samples kept, and for how long, longer than any visit. Beyond, the one whose neighbours lie
 * closest in time is dropped: a tank being filled loses detail, the levels it rested at stay.
 */
const samplesMax = 64
const historyMs = 1_800_000

/** Takes in one message's signals. `atMs` never falls from one call to the next. */
export function foldLevel(level: FuelLevel, signals: VehicleSignals, atMs: number): FuelLevel {
  const capacityL = signals['Vehicle.Powertrain.FuelSystem.TankCapacity']
  const capacityMl = capacityL === undefined ? level.capacityMl : toMl(capacityL)
  const isRescaled = level.source === 'relative' && capacityMl !== level.capacityMl
  const kept = { ...level, capacityMl, samples: isRescaled ? [] : level.samples }

  const absoluteL = signals['Vehicle.Powertrain.FuelSystem.AbsoluteLevel']
  if (absoluteL !== undefined)
    return addSample(kept, 'absolute', { atMs, levelMl: toMl(absoluteL) })
  const percent = signals['Vehicle.Powertrain.FuelSystem.RelativeLevel']
  // A car that has told litres is not heard in per cent: one scale per tank.
  if (percent === undefined || capacityMl === null || level.source === 'absolute') return kept
  const levelMl = Millilitres.parse(Math.round((percent * capacityMl) / 100))
  return addSample(kept, 'relative', { atMs, levelMl })
}

/** The newest level, or null when the car has told none. */
export function levelNow(level: FuelLevel): Millilitres | null {
  return level.samples.at(-1)?.levelMl ?? null
}

/**
 * How much the tank rose since an instant; 0 when it fell, null when the car tells nothing.
 * A car first heard after that instant is measured from its first word: too little, never too much.
 */
export function riseSince(level: FuelLevel, sinceMs: number): Millilitres | null {
  const newest = level.samples.at(-1)
  const before = level.samples.findLast((sample) => sample.atMs <= sinceMs) ?? level.samples[0]
  if (newest === undefined || before === undefined) return null
  return Millilitres.parse(Math.max(0, newest.levelMl - before.levelMl))
}

function addSample(
  level: FuelLevel,
  source: 'absolute' | 'relative',
  sample: LevelSample,
): FuelLevel {
  const samples = source === level.source ? level.samples : []
  return { ...level, source, samples: thin(append(samples, sample)) }
}

function append(samples: readonly LevelSample[], sample: LevelSample): readonly LevelSample[] {
  const newest = samples.at(-1)
  if (newest?.levelMl === sample.levelMl) return samples
  // The sample that held as the history begins stays: it is the level then.
  const first = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - historyMs)
  const end = newest?.atMs === sample.atMs ? -1 : samples.length
  return [...samples.slice(Math.max(0, first), end), sample]
}

function thin(samples: readonly LevelSample[]): readonly LevelSample[] {
  if (samples.length <= samplesMax) return samples
  const spanMs = (index: number) =>
    (samples[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) -
    (samples[index - 1]?.atMs ?? Number.NEGATIVE_INFINITY)
  let closest = 1
  for (let index = 2; index < samples.length - 1; index++) {
    if (spanMs(index) < spanMs(closest)) closest = index
  }
  return samples.toSpliced(closest, 1)
}

const toMl = (litres: number) => Millilitres.parse(Math.round(litres * 1_000))
