import type { Calibration } from './confidence.ts'
import { readingOf } from './hear.ts'
import { type JudgedRead, judge, type Seen } from './judge.ts'
import type { Picture } from './picture.ts'
import { type ProvinceReader, type ProvinceView, provinceAtOf } from './province.ts'
import { type Quad, widened } from './quad.ts'
import type { Recogniser, Sight, View } from './recognise.ts'

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

export type Readers = {
  readonly recogniser: Recogniser
  readonly provinceReader: ProvinceReader
  readonly calibration: Calibration
}

/**
 * Reads a place along its best corners. Where that is not certain its province is looked at again;
 * where it is not enough the place is read along the other corners too, and where it is doubtful
 * even then, a little wider and tighter.
 */
export async function lookTwice(
  { recogniser, provinceReader, calibration }: Readers,
  picture: Picture,
  place: Place,
): Promise<JudgedRead | null> {
  const [quad, ...others] = place.quads
  const judgeBy = (looked: Looked, oneView: boolean) =>
    judge({ ...place, quad, ...looked, oneView }, calibration)
  const lookAlong = async (quads: readonly Quad[], before: Looked): Promise<Looked> => {
    const views = place.ways.flatMap((rows) => quads.map((each) => ({ quad: each, rows })))
    const sights = views.length === 0 ? [] : await recogniser.look(picture, views)
    return { views: [...before.views, ...views], sights: [...before.sights, ...sights] }
  }

  const closely = (looked: Looked) => withProvinces(provinceReader, picture, looked)
  const once = await lookAlong([quad], { views: [], sights: [] })
  const alone = others.length === 0 ? null : judgeBy(once, true)
  if (isEnough(alone, certain)) return alone
  const closer = isEnough(alone, enough) ? await closely(once) : once
  const confirmed = closer === once ? null : judgeBy(closer, true)
  if (isEnough(confirmed, enough)) return confirmed
  const twice = await closely(await lookAlong(others, closer))
  const read = judgeBy(twice, false)
  if (read === null || read.confidence >= worth.to || read.confidence < worth.from) return read
  const quads = further.map((margin) => widened(quad, margin))
  return judgeBy(await closely(await lookAlong(quads, twice)), false)
}

type Looked = Pick<Seen, 'views' | 'sights'>

/** Adds a closer look to the views that show a province and had none yet. */
async function withProvinces(
  reader: ProvinceReader,
  picture: Picture,
  { views, sights }: Looked,
): Promise<Looked> {
  const wanted = sights.map((sight, index) => provinceViewOf(sight, views[index]))
  const asked = wanted.filter((view) => view !== null)
  if (asked.length === 0) return { views, sights }
  const seen = (await reader.look(picture, asked)).values()
  const closer = sights.map((sight, index) => {
    const province = wanted[index] === null ? undefined : seen.next().value
    return province === undefined ? sight : { ...sight, province }
  })
  return { views, sights: closer }
}

function provinceViewOf(sight: Sight, view: View | undefined): ProvinceView | null {
  const reading = sight.province === undefined ? readingOf(sight) : null
  const at = reading === null ? null : provinceAtOf(reading.best)
  return view === undefined || at === null ? null : { ...view, at }
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
