import type { Calibration } from './confidence.ts'
import { readingOf } from './hear.ts'
import { type JudgedRead, judge, type Seen } from './judge.ts'
import type { Picture } from './picture.ts'
import { type ProvinceReader, type ProvinceView, provinceAtOf } from './province.ts'
import { type Margins, type Quad, widened } from './quad.ts'
import { type Recogniser, type Sight, type View, viewsMax } from './recognise.ts'

/** What is known of a place before it is read. */
export type Place = Omit<Seen, 'views' | 'sights' | 'oneView' | 'quad'> & {
  /** Along which corners it is cut out, the best first; that one is given as the read's. */
  readonly quads: readonly [Quad, ...Quad[]]
  /** As how many rows it is read. */
  readonly ways: readonly (1 | 2)[]
  /** Whether it is worth every effort: nothing else in the picture was read reliably. */
  readonly isOnlyHope: boolean
}

export type Readers = {
  readonly recogniser: Recogniser
  readonly provinceReader: ProvinceReader
  readonly calibration: Calibration
}

/** The views of a place so far, and what was seen in each. */
export type Looked = Pick<Seen, 'views' | 'sights'>

/** The ways to look at one place; each adds to what was seen before. */
export type Look = {
  along(quads: readonly Quad[], before?: Looked): Promise<Looked>
  /** Along the best corners with their edges moved, provinces looked at closely. */
  cut(margins: readonly Margins[], before: Looked): Promise<Looked>
  /** At the provinces that were not looked at closely yet. */
  closely(looked: Looked): Promise<Looked>
  judge(looked: Looked, oneView?: boolean): JudgedRead | null
}

export function lookAtPlace(readers: Readers, picture: Picture, place: Place): Look {
  const { recogniser, provinceReader, calibration } = readers
  const [quad] = place.quads
  const along: Look['along'] = async (quads, before = { views: [], sights: [] }) => {
    const views = viewsAlong(quads, place)
    const sights = await lookIn(recogniser, picture, views)
    return { views: [...before.views, ...views], sights: [...before.sights, ...sights] }
  }
  const closely = (looked: Looked) => withProvinces(provinceReader, picture, looked)
  return {
    along,
    closely,
    cut: async (margins, before) =>
      closely(
        await along(
          margins.map((each) => widened(quad, each)),
          before,
        ),
      ),
    judge: (looked, oneView = false) => judge({ ...place, quad, ...looked, oneView }, calibration),
  }
}

/** The first look at each of several places, in as few runs as can be: one by one takes longer. */
export async function lookFirst(
  recogniser: Recogniser,
  picture: Picture,
  places: readonly Pick<Place, 'quads' | 'ways'>[],
): Promise<readonly Looked[]> {
  const viewsOf = places.map((place) => viewsAlong([place.quads[0]], place))
  const sights = await lookIn(recogniser, picture, viewsOf.flat())
  let from = 0
  return viewsOf.map((views) => {
    const own = sights.slice(from, from + views.length)
    from += views.length
    return { views, sights: own }
  })
}

function viewsAlong(quads: readonly Quad[], { ways }: Pick<Place, 'ways'>): readonly View[] {
  return ways.flatMap((rows) => quads.map((quad) => ({ quad, rows })))
}

async function lookIn(
  recogniser: Recogniser,
  picture: Picture,
  views: readonly View[],
): Promise<readonly Sight[]> {
  const sights: Sight[] = []
  for (let from = 0; from < views.length; from += viewsMax)
    sights.push(...(await recogniser.look(picture, views.slice(from, from + viewsMax))))
  return sights
}

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
