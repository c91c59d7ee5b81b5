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
 * Samples lie at least this far apart, but for the newest. 128 of them cover ten minutes of a
 * level that never rests, the longest a silent car is remembered; older ones are dropped.
 */
const sampleEveryMs = 5_000
const samplesMax = 128

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
  return { ...level, source, samples: append(samples, sample).slice(-samplesMax) }
}

function append(samples: readonly LevelSample[], sample: LevelSample): readonly LevelSample[] {
  const newest = samples.at(-1)
  const previous = samples.at(-2)
  if (newest === undefined) return [sample]
  if (newest.levelMl === sample.levelMl) return samples
  const isCrowded = newest.atMs - (previous?.atMs ?? Number.NEGATIVE_INFINITY) < sampleEveryMs
  return [...(isCrowded || newest.atMs === sample.atMs ? samples.slice(0, -1) : samples), sample]
}

const toMl = (litres: number) => Millilitres.parse(Math.round(litres * 1_000))
