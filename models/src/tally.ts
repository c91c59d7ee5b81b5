import type { Plate, PlateColour, PlateRead, PlateVote } from '@forecourt/contracts'
import { namingConfidence } from './confidence.ts'

/** No single frame is believed beyond this, so that one frame can be outvoted by others. */
const confidencePerFrameMax = 0.9999
/**
 * What all further agreeing frames together may add to the best one's evidence. A parked car
 * looks the same in every frame and is misread the same way in every frame, so that twenty of
 * them are hardly more proof than one.
 */
const agreementGainMax = 0.15
/** What a further frame counts for when plates compete: there, the one seen more often leads. */
const furtherFrameWeight = 0.5
/** Odds end here, far beyond any confidence that matters, so that they stay finite. */
const oddsLogMax = 30
/** Characters of the raw text that reads and votes keep. */
export const rawMax = 32

/** What is known about one plate. Evidence is in whole micronats, so that sums know no order. */
export type Tally = {
  readonly plate: Plate
  readonly frames: number
  readonly sumMicronats: number
  readonly maxMicronats: number
  readonly colours: ReadonlyMap<PlateColour, number>
  readonly raw: string
}

/** How much doubt a read removes: −ln(1 − confidence). */
export function micronatsOf({ confidence }: Pick<PlateRead, 'confidence'>): number {
  return Math.round(-Math.log1p(-Math.min(confidence, confidencePerFrameMax)) * 1e6)
}

/** A plate's tally with one more frame's read of it. */
export function addToTally(known: Tally | undefined, read: PlateRead): Tally {
  const micronats = micronatsOf(read)
  return {
    plate: read.plate,
    frames: (known?.frames ?? 0) + 1,
    sumMicronats: (known?.sumMicronats ?? 0) + micronats,
    maxMicronats: Math.max(known?.maxMicronats ?? 0, micronats),
    colours: addColour(known?.colours ?? new Map(), read.colour, micronats),
    raw: rawOf(known, read.raw, micronats),
  }
}

/** Probability that the plate is right as far as its own frames tell. */
export function certaintyOf({ sumMicronats, maxMicronats }: Tally): number {
  if (maxMicronats === 0) return 0
  const further = 1 - Math.exp((maxMicronats - sumMicronats) / maxMicronats)
  return -Math.expm1((-maxMicronats * (1 + agreementGainMax * further)) / 1e6)
}

/** Whether any frame read it so that it can be named. */
export function isNamed({ maxMicronats }: Tally): boolean {
  return maxMicronats >= micronatsOf({ confidence: namingConfidence })
}

/** How it stands against other plates of the same place. */
export function oddsOf({ sumMicronats, maxMicronats }: Tally): number {
  const further = (sumMicronats - maxMicronats) * furtherFrameWeight
  return Math.expm1(Math.min((maxMicronats + further) / 1e6, oddsLogMax))
}

export function toPlateVote(tally: Tally, confidence: number): PlateVote {
  const [colour] = [...tally.colours].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))
  return {
    plate: tally.plate,
    confidence: Math.min(confidence, 1),
    frames: tally.frames,
    colour: colour?.[0] ?? null,
    raw: tally.raw.slice(0, rawMax),
  }
}

/** Code-point order: among equals there must be one, whatever came first. */
export function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function addColour(
  colours: ReadonlyMap<PlateColour, number>,
  colour: PlateColour | null,
  micronats: number,
): ReadonlyMap<PlateColour, number> {
  if (colour === null) return colours
  return new Map(colours).set(colour, (colours.get(colour) ?? 0) + micronats)
}

/** The raw text of the surest frame; among equals the first in code-point order. */
function rawOf(known: Tally | undefined, raw: string, micronats: number): string {
  if (known === undefined || micronats > known.maxMicronats) return raw
  if (micronats < known.maxMicronats) return known.raw
  return compare(raw, known.raw) < 0 ? raw : known.raw
}
