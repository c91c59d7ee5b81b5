import type { Corner, PlateRead } from '@forecourt/contracts'
import { canBeNamed } from './confidence.ts'
import type { JudgedRead } from './judge.ts'
import type { Candidate } from './peaks.ts'
import type { Picture } from './picture.ts'
import { centreOf, distance, overlapOf, sizeOf } from './quad.ts'

/** Reads that share more of their area than this are of one place. */
const overlapMax = 0.3

/** The closer look at a place shows the same, from wherever it was found. */
export function isSamePlace(a: Candidate, b: Candidate): boolean {
  return overlapOf(a.quad, b.quad) > overlapMax
}

/** One read for a place and one for a text: the surest. */
export function oneAPlate(judged: readonly JudgedRead[]): readonly JudgedRead[] {
  const kept: JudgedRead[] = []
  for (const read of judged.toSorted((a, b) => b.confidence - a.confidence)) {
    const same = (other: PlateRead) =>
      other.plate === read.plate || overlapOf(other.corners, read.corners) > overlapMax
    if (!kept.some(same)) kept.push(read)
  }
  return kept
}

/** Widths closer than this are near-equals: the one nearer to the middle of the picture is first. */
const nearEqualWidth = 0.8

/**
 * The plate of the car in front first: the widest, among near-equals the nearest to the middle. Those
 * that could not be named come after all others.
 */
export function sortByProminence(
  judged: readonly JudgedRead[],
  picture: Picture,
): readonly JudgedRead[] {
  const { named = [], unnamed = [] } = Object.groupBy(judged, (read) =>
    canBeNamed(read) ? 'named' : 'unnamed',
  )
  return [...inOrder(named, picture), ...inOrder(unnamed, picture)]
}

function inOrder(judged: readonly JudgedRead[], picture: Picture): readonly JudgedRead[] {
  const middle: Corner = [picture.widthPx / 2, picture.heightPx / 2]
  const widthOf = (read: PlateRead) => sizeOf(read.corners).widthPx
  const away = (read: PlateRead) => distance(centreOf(read.corners), middle)
  const widest = judged.toSorted((a, b) => widthOf(b) - widthOf(a))
  const widthMin = (widest[0] ? widthOf(widest[0]) : 0) * nearEqualWidth
  const near = widest.filter((each) => widthOf(each) >= widthMin)
  const rest = widest.filter((each) => widthOf(each) < widthMin)
  return [...near.toSorted((a, b) => away(a) - away(b)), ...rest]
}
