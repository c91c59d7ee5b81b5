import type { Corner } from '@forecourt/contracts'
import { isField, withLinesDoubled } from './double-lines.ts'
import { isReliable, type JudgedRead } from './judge.ts'
import { lookTwice } from './look-twice.ts'
import type { Picture } from './picture.ts'
import { mapCorners, wholeOf } from './quad.ts'
import { type Networks, readPlates, rowsFor } from './read.ts'

/** What is expected of a picture; the other is tried where that fails. */
export type Pictures = 'photographs' | 'crops'

type Read = (
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
) => Promise<readonly JudgedRead[]>

/** Reads a picture as what is expected of it first. */
export const readPicture: Readonly<Record<Pictures, Read>> = {
  photographs: readPhotograph,
  crops: readCrop,
}

/** A cut-out less wide than this many heights may hold two rows, or one that is tilted. */
const twoRowsRatioMax = 2.4
/** A cut-out less wide or high than this shows nothing that could be read. */
const sideMinPx = 8
/** What is thought of two rows by the shape alone, where the detector found no plate. */
const byShape = { squarish: 0.5, long: 0.05 } as const
/** A picture as small as this, or as long, may be a plate that somebody cut out. */
const cutOut = { widthMaxPx: 480, ratioMin: 2.2 } as const

/**
 * Searches a picture; one that shows nothing reliable is read as a cut-out where it may be one, and
 * searched with its lines doubled where it may be a field. What these two only hint at is not told:
 * in seven of 1,134 such pictures without a plate the second search had a hint, the first in none.
 */
async function readPhotograph(
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly JudgedRead[]> {
  const found = await readPlates(networks, picture, signal)
  if (found.some(isReliable)) return found
  const read = mayBeCutOut(picture) ? await readFilling(networks, picture) : null
  if (read !== null && isReliable(read)) return [read]
  const reads = isField(picture) ? await readField(networks, picture, signal) : []
  return reads.some(isReliable) ? reads : found
}

async function readField(
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly JudgedRead[]> {
  const reads = await readPlates(networks, withLinesDoubled(picture), signal)
  const halved = ([x, y]: Corner): Corner => [x, y / 2]
  return reads.map((read) => ({ ...read, corners: mapCorners(read.corners, halved) }))
}

/**
 * Reads a plate that somebody cut out already, and searches the picture for it where that is not
 * reliable: some are cut out with more around them than plate. One read at most, the surest.
 */
async function readCrop(
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly JudgedRead[]> {
  const read = await readFilling(networks, picture)
  if (read !== null && isReliable(read)) return [read]
  const found = await readPlates(networks, picture, signal)
  const all = read === null ? found : [read, ...found]
  return all.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1)
}

/**
 * Reads a plate that fills the picture, often the upright box around a tilted one, too tight or
 * cutting its edges. The detector looks at it as at any place, with its edge pixels repeated around
 * it, for the corners; it is read along them and as it is, and both reads count as far as they are
 * sure.
 */
async function readFilling(networks: Networks, picture: Picture): Promise<JudgedRead | null> {
  if (Math.min(picture.widthPx, picture.heightPx) < sideMinPx) return null
  const whole = wholeOf(picture)
  const found = await networks.refiner.refine(picture, whole)
  const isSquarish = picture.widthPx < twoRowsRatioMax * picture.heightPx
  const twoRows = found?.twoRows ?? (isSquarish ? byShape.squarish : byShape.long)
  const ways = isSquarish ? ([1, 2] as const) : rowsFor(twoRows)
  return await lookTwice(networks, picture, {
    quads: found === null ? [whole] : [found.quad, whole],
    ways,
    twoRows,
    detection: null,
    refined: found !== null,
    isOnlyHope: false,
  })
}

function mayBeCutOut({ widthPx, heightPx }: Picture): boolean {
  return widthPx <= cutOut.widthMaxPx || widthPx >= cutOut.ratioMin * heightPx
}
