import { type Detector, detectNear, detectTiles, factorFor } from './detect.ts'
import { isReliable, type JudgedRead } from './judge.ts'
import type { Candidate } from './peaks.ts'
import type { Picture } from './picture.ts'
import { sizeOf } from './quad.ts'

/** A look at a picture after the first. */
type FurtherLook = {
  detect(detector: Detector, picture: Picture, signal: AbortSignal): Promise<readonly Candidate[]>
  /** Whether this read, of an earlier look, makes the look needless. */
  isSpared(read: JudgedRead, picture: Picture): boolean
}

/**
 * A doubtful plate is plain from this width in the first look on, where the closer look found it
 * again and the recogniser calls it a plate (logit, see `Features`). Tiles showed nothing more in
 * any of 1,625 pictures (25 scenes altered in 17 ways, 1,200 streets with plates put in); sparing
 * them took a quarter off the time of those with one plate.
 */
const plain = { widthPx: 40, isPlate: 2 } as const

/** From further away, for a plate that fills the picture; in tiles, for one lost in shrinking it. */
export const furtherLooks: readonly FurtherLook[] = [
  { detect: detectNear, isSpared: isReliable },
  {
    detect: detectTiles,
    isSpared: (read, picture) => isReliable(read) || isPlain(read, picture),
  },
]

function isPlain({ corners, features }: JudgedRead, picture: Picture): boolean {
  const widthPx = sizeOf(corners).widthPx / factorFor(picture)
  return widthPx >= plain.widthPx && features.refined === 1 && features.isPlate >= plain.isPlate
}
