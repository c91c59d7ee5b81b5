import { readingOf } from './hear.ts'
import type { Seen } from './judge.ts'
import type { Picture } from './picture.ts'
import { type ProvinceReader, type ProvinceView, provinceAtOf } from './province.ts'
import type { Sight, View } from './recognise.ts'

/** The views of a place so far, and what was seen in each. */
export type Looked = Pick<Seen, 'views' | 'sights'>

/** Adds a closer look to the views that show a province and had none yet. */
export async function withProvinces(
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
