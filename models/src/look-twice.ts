import type { JudgedRead } from './judge.ts'
import { type Look, type Looked, lookAtPlace, type Place, type Readers } from './look.ts'
import type { Picture } from './picture.ts'
import type { Margins } from './quad.ts'

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

/**
 * Reads a place along its best corners. Where that is not certain its province is looked at again;
 * where it is not enough the place is read along the other corners too, where it is doubtful even
 * then a little wider and tighter, and a plate that still shows nothing with its sides cut off.
 *
 * @param first - What was seen along the best corners, where they were looked at already.
 */
export async function lookTwice(
  readers: Readers,
  picture: Picture,
  place: Place,
  first?: Looked,
): Promise<JudgedRead | null> {
  const [quad, ...others] = place.quads
  const look = lookAtPlace(readers, picture, place)
  const once = first ?? (await look.along([quad]))
  const alone = others.length === 0 ? { looked: once, read: null } : await readAlone(look, once)
  if (alone.read !== null) return alone.read
  const twice = await look.closely(await look.along(others, alone.looked))
  const isLikely = place.isOnlyHope && (place.detection ?? 0) >= likelyMin
  return await readOn(look, twice, isLikely)
}

/** What one view reads; null where that is not enough. */
async function readAlone(
  look: Look,
  once: Looked,
): Promise<{ readonly looked: Looked; readonly read: JudgedRead | null }> {
  const alone = look.judge(once, true)
  if (!isEnough(alone, enough)) return { looked: once, read: null }
  if (isEnough(alone, certain)) return { looked: once, read: alone }
  const looked = await look.closely(once)
  const confirmed = look.judge(looked, true)
  return { looked, read: isEnough(confirmed, enough) ? confirmed : null }
}

/** Adds views as long as they are worth it. */
async function readOn(look: Look, twice: Looked, isLikely: boolean): Promise<JudgedRead | null> {
  const read = look.judge(twice)
  if (surenessOf(read) >= worth.to) return read
  if (surenessOf(read) < worth.from && !isLikely) return read
  const again = look.judge(await look.cut(further, twice))
  if (surenessOf(again) >= worth.reliable || !isLikely) return again
  const cut = look.judge(await look.cut(narrower, twice))
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
