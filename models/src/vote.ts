import type { Plate, PlateColour, PlateRead, PlateVote } from '@forecourt/contracts'

/** Different plates one visit may collect. At the limit the one with the least evidence is forgotten. */
export const candidatesMax = 16
/**
 * Plates at least this wide, as a share of the frame's first, may be the car at the pump too:
 * they vote as well, so that two cars side by side leave no plate certain.
 */
const contenderWidthMin = 0.8
/** No single frame is believed beyond this, so that one frame can be outvoted by others. */
const confidencePerFrameMax = 0.9999
/**
 * What all further agreeing frames together may add to the best one's evidence. A parked car
 * looks the same in every frame and is misread the same way in every frame, so that twenty of
 * them are hardly more proof than one: 0.79, above the surest wrong read known, must stay under
 * `acceptConfidence` however often it is seen.
 */
const agreementGainMax = 0.15
/** What a further frame counts for when plates compete: there, the one seen more often leads. */
const furtherFrameWeight = 0.5

/** Odds end here, far beyond any confidence that matters, so that they stay finite. */
const oddsLogMax = 30

/** What is known about one plate. Evidence is in whole micronats, so that sums know no order. */
type Tally = {
  readonly plate: Plate
  readonly frames: number
  readonly sumMicronats: number
  readonly maxMicronats: number
  readonly colours: ReadonlyMap<PlateColour, number>
  readonly raw: string
}

/** The reads of one visit so far. Immutable; plain data. */
export type Vote = {
  /** Frames added, with or without a plate in them. */
  readonly frames: number
  readonly tallies: readonly Tally[]
}

/** A visit nobody has looked at yet. */
export const emptyVote: Vote = { frames: 0, tallies: [] }

/**
 * Adds what one frame showed. The first read is the frame's main plate (readers sort so); others
 * vote only when nearly as wide. Frames may be added in any order.
 */
export function addFrame(vote: Vote, reads: readonly PlateRead[]): Vote {
  const tallies = contendersOf(reads).reduce(addRead, vote.tallies)
  return { frames: vote.frames + 1, tallies: keepStrongest(tallies) }
}

/**
 * The likeliest plates of the visit, best first.
 *
 * A confidence is the plate's own certainty times its part among all plates seen. One frame
 * alone gives back the reader's own confidence; frames that agree raise it a little; a frame
 * that read something else lowers it. Plates are equal or different, never alike: 沪A12345 and
 * 沪A12346 are two cars.
 */
export function bestPlates(vote: Vote, plateMax = 3): readonly PlateVote[] {
  const odds = vote.tallies.map(oddsOf)
  const whole = odds.reduce((sum, each) => sum + each, 0) || 1
  return vote.tallies
    .map((tally, index) => toPlateVote(tally, certaintyOf(tally) * ((odds[index] ?? 0) / whole)))
    .sort((a, b) => b.confidence - a.confidence || compare(a.plate, b.plate))
    .slice(0, plateMax)
}

/** A frame's main plate and those as near, one read a plate. */
function contendersOf(reads: readonly PlateRead[]): readonly PlateRead[] {
  const [main] = reads
  if (main === undefined) return []
  const widthMinPx = widthOf(main) * contenderWidthMin
  const near = reads.filter((read) => read === main || widthOf(read) >= widthMinPx)
  const surestFirst = near.toSorted((a, b) => b.confidence - a.confidence)
  return surestFirst.filter(
    (read, index) => surestFirst.findIndex((other) => other.plate === read.plate) === index,
  )
}

function widthOf(read: PlateRead): number {
  const [topLeft, topRight] = read.corners
  return Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1])
}

function addRead(tallies: readonly Tally[], read: PlateRead): readonly Tally[] {
  const micronats = evidenceOf(read.confidence)
  const known = tallies.find((tally) => tally.plate === read.plate)
  const next: Tally = {
    plate: read.plate,
    frames: (known?.frames ?? 0) + 1,
    sumMicronats: (known?.sumMicronats ?? 0) + micronats,
    maxMicronats: Math.max(known?.maxMicronats ?? 0, micronats),
    colours: addColour(known?.colours ?? new Map(), read.colour, micronats),
    raw: rawOf(known, read.raw, micronats),
  }
  const others = tallies.filter((tally) => tally !== known)
  return [...others, next].sort((a, b) => compare(a.plate, b.plate))
}

/** How much doubt a read removes: −ln(1 − confidence). */
function evidenceOf(confidence: number): number {
  return Math.round(-Math.log1p(-Math.min(confidence, confidencePerFrameMax)) * 1e6)
}

/** Probability that the plate is right as far as its own frames tell. */
function certaintyOf({ sumMicronats, maxMicronats }: Tally): number {
  if (maxMicronats === 0) return 0
  const further = 1 - Math.exp((maxMicronats - sumMicronats) / maxMicronats)
  return -Math.expm1((-maxMicronats * (1 + agreementGainMax * further)) / 1e6)
}

/** How it stands against other plates. */
function oddsOf({ sumMicronats, maxMicronats }: Tally): number {
  const further = (sumMicronats - maxMicronats) * furtherFrameWeight
  return Math.expm1(Math.min((maxMicronats + further) / 1e6, oddsLogMax))
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

function keepStrongest(tallies: readonly Tally[]): readonly Tally[] {
  if (tallies.length <= candidatesMax) return tallies
  const strongest = tallies.toSorted((a, b) => b.sumMicronats - a.sumMicronats)
  return strongest.slice(0, candidatesMax).sort((a, b) => compare(a.plate, b.plate))
}

function toPlateVote(tally: Tally, confidence: number): PlateVote {
  const [colour] = [...tally.colours].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))
  return {
    plate: tally.plate,
    confidence: Math.min(confidence, 1),
    frames: tally.frames,
    colour: colour?.[0] ?? null,
    raw: tally.raw.slice(0, 32),
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
