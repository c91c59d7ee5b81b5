import type { Calibration } from './confidence.ts'
import { type Detector, lookAtAll } from './detect.ts'
import { furtherLooks } from './further-looks.ts'
import { isReliable, type JudgedRead } from './judge.ts'
import { lookFirst, type Place } from './look.ts'
import { lookTwice } from './look-twice.ts'
import { type Candidate, prominenceOf } from './peaks.ts'
import type { Picture } from './picture.ts'
import { isSamePlace, oneAPlate, sortByProminence } from './prominence.ts'
import type { ProvinceReader } from './province.ts'
import { mapCorners } from './quad.ts'
import type { Recogniser } from './recognise.ts'
import type { Refiner } from './refine.ts'

export type Networks = {
  readonly detector: Detector
  readonly refiner: Refiner
  readonly recogniser: Recogniser
  readonly provinceReader: ProvinceReader
  readonly calibration: Calibration
}

/** Places that are read in one look at a picture, the most prominent first; others are dropped. */
export const placesMax = 8
/** A place that the closer look does not find again needs at least this score to be read. */
const lonelyScoreMin = 0.6
/** Once a plate is read reliably, places with a lower score are left: grilles, signs, specks. */
const furtherScoreMin = 0.45
/** Between these probabilities of two rows, a place is read both ways. */
const rowsInDoubt = { from: 0.2, to: 0.8 } as const

/**
 * Finds and reads all plates of a picture: look, look closer, cut out, read, judge. Where nothing
 * reliable is found it is looked at further.
 */
export async function readPlates(
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly JudgedRead[]> {
  const { detector } = networks
  const first = mostProminent(await detector.detect(picture, lookAtAll(picture)))
  let judged = await readPlaces(networks, picture, { candidates: first, signal })
  let looked = first
  for (const { detect, isSpared } of furtherLooks) {
    if (judged.some((read) => isSpared(read, picture))) break
    const found = await detect(detector, picture, signal)
    const isNew = (each: Candidate) => !looked.some((other) => isSamePlace(each, other))
    const candidates = mostProminent(found.filter(isNew))
    judged = [...judged, ...(await readPlaces(networks, picture, { candidates, signal }))]
    looked = [...looked, ...candidates]
  }
  return sortByProminence(oneAPlate(judged), picture)
}

/** The places that one look reads, at most `placesMax`. */
function mostProminent(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => prominenceOf(b) - prominenceOf(a)).slice(0, placesMax)
}

/** Reads places in their order; unlikely ones only until something reliable is read. */
async function readPlaces(
  networks: Networks,
  picture: Picture,
  { candidates, signal }: { candidates: readonly Candidate[]; signal: AbortSignal },
): Promise<readonly JudgedRead[]> {
  const judged: JudgedRead[] = []
  for (const group of grouped(candidates)) {
    if (!group.every(isLikely) && judged.some(isReliable)) continue
    const places = await lookCloser(networks, picture, { candidates: group, signal })
    const looked = await lookFirst(networks.recogniser, picture, places)
    for (const [index, place] of places.entries()) {
      signal.throwIfAborted()
      const isOnlyHope = !judged.some(isReliable)
      const read = await lookTwice(networks, picture, { ...place, isOnlyHope }, looked[index])
      if (read !== null) judged.push(read)
    }
  }
  return judged
}

function isLikely({ score }: Candidate): boolean {
  return score >= furtherScoreMin
}

/** Likely places that follow each other are read together, unlikely ones by themselves. */
function grouped(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: Candidate[][] = []
  for (const candidate of candidates) {
    const last = groups.at(-1)
    if (isLikely(candidate) && last?.every(isLikely)) last.push(candidate)
    else groups.push([candidate])
  }
  return groups
}

/** What is known of each candidate after the closer look; those that were specks are left out. */
async function lookCloser(
  { refiner }: Networks,
  picture: Picture,
  { candidates, signal }: { candidates: readonly Candidate[]; signal: AbortSignal },
): Promise<readonly Omit<Place, 'isOnlyHope'>[]> {
  const places: Omit<Place, 'isOnlyHope'>[] = []
  for (const candidate of candidates) {
    signal.throwIfAborted()
    const closer = await refiner.refine(picture, candidate.quad)
    if (closer !== null || candidate.score >= lonelyScoreMin)
      places.push(placeOf(candidate, closer))
  }
  return places
}

function placeOf(candidate: Candidate, closer: Candidate | null): Omit<Place, 'isOnlyHope'> {
  const twoRows = closer?.twoRows ?? candidate.twoRows
  return {
    quads: closer === null ? [candidate.quad] : [closer.quad, candidate.quad],
    ways: rowsFor(twoRows),
    twoRows,
    detection: closer === null ? candidate.score / 2 : Math.min(candidate.score, closer.score),
    refined: closer !== null,
  }
}

/** The ways a place is read in, one row first. */
export function rowsFor(twoRows: number): readonly (1 | 2)[] {
  if (twoRows < rowsInDoubt.from) return [1]
  return twoRows > rowsInDoubt.to ? [2] : [1, 2]
}

/** A read's corners in pixels of the upright original, as the port promises. */
export function inOriginalPixels(read: JudgedRead, { scale }: Picture): JudgedRead {
  return { ...read, corners: mapCorners(read.corners, ([x, y]) => [x * scale, y * scale]) }
}
