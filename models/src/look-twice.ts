import type { Calibration } from './confidence.ts'
import { type JudgedRead, judge, type Seen } from './judge.ts'
import type { Picture } from './picture.ts'
import { type Quad, widened } from './quad.ts'
import type { Recogniser, View } from './recognise.ts'

/** What is known of a place before it is read. */
export type Place = Omit<Seen, 'views' | 'sights' | 'quad'> & {
  /** Along which corners it is cut out, the best first; that one is given as the read's. */
  readonly quads: readonly [Quad, ...Quad[]]
  /** As how many rows it is read. */
  readonly ways: readonly (1 | 2)[]
}

/** Reads between these confidences are worth two more views: one above is sure, one below noise. */
const worth = { from: 0.05, to: 0.99 } as const
/**
 * How the further views are cut, in shares of the plate's width and height: a character that is
 * read right by chance changes when the plate is shown a little wider or tighter.
 */
const further = [
  { x: 0.02, y: 0.06 },
  { x: -0.01, y: -0.05 },
] as const

/** Reads a place along its corners, and where that is doubtful a little wider and tighter too. */
export async function lookTwice(
  { recogniser, calibration }: { recogniser: Recogniser; calibration: Calibration },
  picture: Picture,
  place: Place,
): Promise<JudgedRead | null> {
  const [quad] = place.quads
  const views = viewsOf(place.quads, place.ways)
  const sights = await recogniser.look(picture, views)
  const first = judge({ ...place, quad, views, sights }, calibration)
  if (first === null || first.confidence >= worth.to || first.confidence < worth.from) return first
  const quads = further.map((margin) => widened(quad, margin))
  const moreViews = viewsOf(quads, place.ways)
  const moreSights = await recogniser.look(picture, moreViews)
  const all = { views: [...views, ...moreViews], sights: [...sights, ...moreSights] }
  return judge({ ...place, quad, ...all }, calibration)
}

function viewsOf(quads: readonly Quad[], ways: readonly (1 | 2)[]): readonly View[] {
  return ways.flatMap((rows) => quads.map((quad) => ({ quad, rows })))
}
