import type { JudgedRead } from './judge.ts'
import { lookTwice } from './look-twice.ts'
import type { Picture } from './picture.ts'
import { wholeOf } from './quad.ts'
import { type Networks, rowsFor } from './read.ts'

/** A cut-out less wide than this many heights may hold two rows, or one that is tilted. */
const twoRowsRatioMax = 2.4
/** A cut-out less wide or high than this shows nothing that could be read. */
const sideMinPx = 8
/** What is thought of two rows by the shape alone, where the detector found no plate. */
const byShape = { squarish: 0.5, long: 0.05 } as const

/**
 * Reads a plate that somebody cut out already, often as the upright box around a tilted one, too
 * tight or cutting its edges. The detector looks at it as at any place, with its edge pixels
 * repeated around it, for the corners; it is read along them and as it is, and both reads count
 * as far as they are sure.
 */
export async function readCrop(
  networks: Networks,
  picture: Picture,
): Promise<readonly JudgedRead[]> {
  if (Math.min(picture.widthPx, picture.heightPx) < sideMinPx) return []
  const whole = wholeOf(picture)
  const found = await networks.refiner.refine(picture, whole)
  const isSquarish = picture.widthPx < twoRowsRatioMax * picture.heightPx
  const twoRows = found?.twoRows ?? (isSquarish ? byShape.squarish : byShape.long)
  const ways = isSquarish ? ([1, 2] as const) : rowsFor(twoRows)
  const read = await lookTwice(networks, picture, {
    quads: found === null ? [whole] : [found.quad, whole],
    ways,
    twoRows,
    detection: null,
    refined: found !== null,
  })
  return read === null ? [] : [read]
}
