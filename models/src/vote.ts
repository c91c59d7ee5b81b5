import type { PlateRead, PlateVote } from '@forecourt/contracts'
import { sizeOf } from './quad.ts'
import { certaintyOf, compare, isNamed, oddsOf, type Tally, toPlateVote } from './tally.ts'
import { addSighting, evidenceFor, type Sighting, strideTo, type Track } from './track.ts'

/** Places one visit may follow. At the limit the one that was least in front is forgotten. */
export const tracksMax = 8
/** Plates at least this wide, as a share of the frame's first, may be the car at the pump too. */
const frontWidthMin = 0.8
/**
 * How a car that was longer in front stands against one that was shorter: this power of the
 * evidence. A car passing in 3 of 23 frames leaves the parked one 0.997; two that stand side
 * by side all the time leave each other a half.
 */
const frontPower = 3

/**
 * Who cannot be the car at the pump, however surely it is read: one behind another, which was seen
 * in at least this share of as many frames; and one that passes another, seen in at most this share.
 */
const absent = { behindFrom: 1 / 6, passingTo: 1 / 3 } as const

/**
 * A place seen in at most this share of the visit's frames may be a car that drove past one whose
 * plate is not found at all: it stays a hint, whoever it is (`confidence` at most 0.95).
 */
const seldom = { to: 1 / 6, part: 0.95 } as const

/** The reads of one visit so far. Immutable; plain data. */
export type Vote = {
  /** Frames added, with or without a plate in them. */
  readonly frames: number
  readonly tracks: readonly Track[]
}

/** A visit nobody has looked at yet. */
export const emptyVote: Vote = { frames: 0, tracks: [] }

/**
 * Adds what one frame showed, in the order the frames were taken. The first read is the frame's
 * main plate (readers sort so). Every read continues the track that read the same plate before,
 * else the one that stood nearest, else begins its own: so a car that passes, or a plate that is
 * misread, does not split the vote for the one that stands there.
 */
export function addFrame(vote: Vote, reads: readonly PlateRead[]): Vote {
  const sightings = sightingsOf(reads)
  const continued = follow(vote.tracks, sightings)
  return { frames: vote.frames + 1, tracks: keepInFront(continued) }
}

/**
 * The likeliest plates of the visit, best first.
 *
 * A confidence is the plate's own certainty, times its part among all plates read in its place,
 * times the part of its place among those that stood in front. One frame alone gives back the
 * reader's own confidence; frames that agree raise it a little; one that read something else
 * lowers it. A car behind or passing another gets nothing, and the other no more for that: where the
 * plate in front cannot be read, nobody is charged. Plates are equal or different, never alike:
 * 沪A12345 and 沪A12346 are two cars.
 */
export function bestPlates(vote: Vote, plateMax = 3): readonly PlateVote[] {
  const weights = vote.tracks.map(({ frontMicronats }) => frontMicronats ** frontPower)
  const whole = weights.reduce((sum, each) => sum + each, 0) || 1
  const votes = vote.tracks.flatMap((track, index) => {
    const weight = isAbsent(track, vote.tracks) ? 0 : (weights[index] ?? 0) / whole
    const part = track.frames <= seldom.to * vote.frames ? seldom.part : 1
    return weight === 0 ? [] : votesOf(track.tallies, weight * part)
  })
  return mergePlates(votes)
    .sort((a, b) => b.confidence - a.confidence || compare(a.plate, b.plate))
    .slice(0, plateMax)
}

function isAbsent(track: Track, tracks: readonly Track[]): boolean {
  return tracks.some((other) => {
    if (track.widestPx < frontWidthMin * other.widestPx)
      return other.frames >= absent.behindFrom * track.frames
    const isBeside = other.widestPx >= frontWidthMin * track.widestPx
    return isBeside && track.frames <= absent.passingTo * other.frames
  })
}

/** What no frame could name is no candidate: it only shows that somebody stands there. */
function votesOf(tallies: readonly Tally[], weight: number): readonly PlateVote[] {
  const odds = tallies.map(oddsOf)
  const whole = odds.reduce((sum, each) => sum + each, 0) || 1
  return tallies.flatMap((tally, index) =>
    isNamed(tally)
      ? [toPlateVote(tally, weight * certaintyOf(tally) * ((odds[index] ?? 0) / whole))]
      : [],
  )
}

/** A plate read in two places is one plate: their probabilities exclude each other and add up. */
function mergePlates(votes: readonly PlateVote[]): PlateVote[] {
  const byPlate = Map.groupBy(votes, ({ plate }) => plate)
  return [...byPlate.values()].flatMap((same) => {
    const [surest] = same.toSorted((a, b) => b.confidence - a.confidence)
    if (surest === undefined) return []
    const confidence = same.reduce((sum, vote) => sum + vote.confidence, 0)
    const frames = same.reduce((sum, vote) => sum + vote.frames, 0)
    return [{ ...surest, confidence: Math.min(1, confidence), frames }]
  })
}

/** One read a plate, the surest first, and whether each is as wide as the frame's main plate. */
function sightingsOf(reads: readonly PlateRead[]): readonly Sighting[] {
  const [main] = reads
  const widthMinPx = main === undefined ? 0 : widthOf(main) * frontWidthMin
  const surestFirst = reads.toSorted((a, b) => b.confidence - a.confidence)
  return surestFirst
    .filter((read, index) => surestFirst.findIndex(({ plate }) => plate === read.plate) === index)
    .map((read) => ({ read, isInFront: read === main || widthOf(read) >= widthMinPx }))
}

function widthOf({ corners }: PlateRead): number {
  return sizeOf(corners).widthPx
}

/** A frame continues a track at most once: first by what was read, then by where. */
function follow(tracks: readonly Track[], sightings: readonly Sighting[]): readonly Track[] {
  const next = new Map<Track, Track>()
  const lost: Sighting[] = []
  for (const sighting of sightings) {
    const track = knownBy(tracks, sighting)
    if (track === null || next.has(track)) lost.push(sighting)
    else next.set(track, addSighting(track, sighting))
  }
  const begun: Track[] = []
  for (const sighting of lost) {
    const track = nearestFree(tracks, next, sighting)
    if (track === null) begun.push(addSighting(undefined, sighting))
    else next.set(track, addSighting(track, sighting))
  }
  return [...tracks.map((track) => next.get(track) ?? track), ...begun]
}

/** The track that read this plate most surely. */
function knownBy(tracks: readonly Track[], { read }: Sighting): Track | null {
  const evidence = (track: Track) => evidenceFor(track, read.plate)
  const [best] = tracks.toSorted((a, b) => evidence(b) - evidence(a))
  return best !== undefined && evidence(best) > 0 ? best : null
}

function nearestFree(
  tracks: readonly Track[],
  taken: ReadonlyMap<Track, Track>,
  { read }: Sighting,
): Track | null {
  const near = tracks
    .filter((track) => !taken.has(track))
    .map((track) => ({ track, stride: strideTo(track, read) }))
    .flatMap(({ track, stride }) => (stride === null ? [] : [{ track, stride }]))
    .sort((a, b) => a.stride - b.stride)
  return near[0]?.track ?? null
}

function keepInFront(tracks: readonly Track[]): readonly Track[] {
  if (tracks.length <= tracksMax) return tracks
  return tracks.toSorted((a, b) => b.frontMicronats - a.frontMicronats).slice(0, tracksMax)
}
