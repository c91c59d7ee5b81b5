import type { Calibration } from './confidence.ts'
import { type JudgedRead, judge, type Seen } from './judge.ts'
import { type Looked, withProvinces } from './look-closer.ts'
import type { Picture } from './picture.ts'
import type { ProvinceReader } from './province.ts'
import { type Margins, type Quad, widened } from './quad.ts'
import type { Recogniser } from './recognise.ts'

/** What is known of a place before it is read. */
export type Place = Omit<Seen, 'views' | 'sights' | 'oneView' | 'quad'> & {
  /** Along which corners it is cut out, the best first; that one is given as the read's. */
  readonly quads: readonly [Quad, ...Quad[]]
  /** As how many rows it is read. */
  readonly ways: readonly (1 | 2)[]
}

/**
 * The first view is enough from these logits on (see `Features`), when both heads read the same
 * plate in it. Of 13,700 such reads (drawn ones of seeds 7 and 33) none was wrong; from 3 on, four
 * of 14,800. Plates without a province are always read twice: letters and digits stand on signs too.
 */
const enough = { certainty: 3.75, margin: 3.75, isPlate: 4 } as const
/**
 * From these on not even its province is looked at again: the one view that was enough and wrong in
 * 15,000 (seeds 50 and 60) and was a province, a large and clear 蒙, was less sure.
 */
const certain = { ...enough, certainty: 5, margin: 5 } as const
/** Reads from here on are worth no more views; under the least they are noise, and no hint. */
const worth = { from: 0.05, reliable: 0.5, to: 0.99 } as const
/** A place that the detector is this sure of is a plate, even where nothing was read in it. */
const likelyMin = 0.6
/**
 * How the further views are cut: a character that is read right by chance changes when the plate is
 * shown a little wider or tighter.
 */
const further: readonly Margins[] = [
  { left: 0.02, top: 0.06, right: 0.02, bottom: 0.06 },
  { left: -0.01, top: -0.05, right: -0.01, bottom: -0.05 },
]
/** And where all that gave nothing: a dark frame or a lamp drew the found corners to one side. */
const narrower: readonly Margins[] = [
  { left: -0.1, top: 0, right: 0, bottom: 0 },
  { left: -0.2, top: 0, right: 0, bottom: 0 },
  { left: 0, top: 0, right: -0.1, bottom: 0 },
  { left: 0, top: 0, right: -0.2, bottom: 0 },
]

export type Readers = {
  readonly recogniser: Recogniser
  readonly provinceReader: ProvinceReader
  readonly calibration: Calibration
}

/**
 * Reads a place along its best corners. Where that is not certain its province is looked at again;
 * where it is not enough the place is read along the other corners too, where it is doubtful even
 * then a little wider and tighter, and a plate that still shows nothing with its sides cut off.
 */
export async function lookTwice(
  { recogniser, provinceReader, calibration }: Readers,
  picture: Picture,
  place: Place,
): Promise<JudgedRead | null> {
  const [quad, ...others] = place.quads
  const judgeBy = (looked: Looked, oneView = false) =>
    judge({ ...place, quad, ...looked, oneView }, calibration)
  const lookAlong = async (quads: readonly Quad[], before: Looked): Promise<Looked> => {
    const views = place.ways.flatMap((rows) => quads.map((each) => ({ quad: each, rows })))
    const sights = views.length === 0 ? [] : await recogniser.look(picture, views)
    return { views: [...before.views, ...views], sights: [...before.sights, ...sights] }
  }
  const closely = (looked: Looked) => withProvinces(provinceReader, picture, looked)
  const lookCut = async (margins: readonly Margins[], before: Looked) =>
    judgeBy(
      await closely(
        await lookAlong(
          margins.map((each) => widened(quad, each)),
          before,
        ),
      ),
    )

  const once = await lookAlong([quad], { views: [], sights: [] })
  const alone = others.length === 0 ? null : judgeBy(once, true)
  if (isEnough(alone, certain)) return alone
  const closer = isEnough(alone, enough) ? await closely(once) : once
  const confirmed = closer === once ? null : judgeBy(closer, true)
  if (isEnough(confirmed, enough)) return confirmed
  const twice = await closely(await lookAlong(others, closer))
  const read = judgeBy(twice)
  const isLikely = (place.detection ?? 0) >= likelyMin
  if (surenessOf(read) >= worth.to) return read
  if (surenessOf(read) < worth.from && !isLikely) return read
  const again = await lookCut(further, twice)
  if (surenessOf(again) >= worth.reliable || !isLikely) return again
  const cut = await lookCut(narrower, twice)
  return surenessOf(cut) > surenessOf(again) ? cut : again
}

/** 0 where nothing was read. */
function surenessOf(read: JudgedRead | null): number {
  return read?.confidence ?? 0
}

function isEnough(
  read: JudgedRead | null,
  limits: typeof enough | typeof certain,
): read is JudgedRead {
  if (read === null) return false
  const { certainty, margin, isPlate, headsAgree, noProvince } = read.features
  const isSure =
    certainty >= limits.certainty && margin >= limits.margin && isPlate >= limits.isPlate
  return isSure && headsAgree === 1 && noProvince === 0
}
