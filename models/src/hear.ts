import { ctcMassOf } from './ctc-mass.ts'
import { decodePlate } from './lattice.ts'
import { type PlateText, slotLogOf, toPlateText, weakestLogOf } from './plate-texts.ts'
import { bestProvinces, provinceLogOf } from './province.ts'
import { greedyClasses, printed, type Sight } from './recognise.ts'
import { slotTexts } from './slot-texts.ts'

/** Candidates that slots bring for one view, and CTC where it must search the lattice. */
const textsPerHead = 4
const latticeTextsMax = 2
/** Provinces that a closer look brings in. */
const provincesMax = 3
/**
 * What a closer look says counts by this power beside the two heads, which share one trunk and so
 * say much the same. Chosen on seeds 27 and 28 (best at 1.2) and on real validation crops
 * re-lettered and photographed worse (best at 2).
 */
const provinceWeight = 1.5
/** Below this logarithm of probability by slots, and without a plate by CTC, there is no plate. */
const plausibleLog = -18
/** What one view alone says. */
export type ViewReading = {
  readonly raw: string
  /** The likeliest plate of this view, and of each of its heads. */
  readonly best: PlateText
  readonly byCtc: PlateText | null
  readonly bySlots: PlateText
  /** Probability of `best` by both heads (their geometric mean), 0 to 1. */
  readonly certainty: number
  /** The same by the closer look too: how loud the view speaks. */
  readonly trust: number
  /** Probability by slots of the place of `best` that is least certain, 0 to 1. */
  readonly weakestPlace: number
  /** Probability of its province by the closer look, 0 to 1; null where none was taken. */
  readonly province: number | null
}

/** A view, what it says alone, and the texts it brings in. */
export type Heard = {
  readonly sight: Sight
  readonly reading: ViewReading
  readonly texts: readonly PlateText[]
}

/** What one view shows by itself; null when that is no plate. */
export function readingOf(sight: Sight): ViewReading | null {
  return hearOnce(sight)?.reading ?? null
}

/** What was heard of a view stays with it: a doubtful place is decoded again with more views. */
const known = new WeakMap<Sight, Heard | null>()

export function hearOnce(sight: Sight): Heard | null {
  const before = known.get(sight)
  if (before !== undefined) return before
  const heard = hear(sight)
  known.set(sight, heard)
  return heard
}

/**
 * Both heads' likeliest texts, and the best ones with their provinces exchanged: CTC loses
 * doubled characters, slots the count of places, and either the province alone.
 */
function hear(sight: Sight): Heard | null {
  const bySlots = slotTexts(sight.slots, textsPerHead)
  const [slotBest] = bySlots
  const greedy = greedyClasses(sight.ctc)
  const plain = toPlateText(greedy)
  if (slotBest === undefined) return null
  if (plain === null && slotLogOf(sight.slots, slotBest.classes) < plausibleLog) return null
  const byCtc = plain === null ? latticeTexts(sight) : [plain]
  const [ctcBest = null] = byCtc
  const crossed = [cross(slotBest, ctcBest), cross(ctcBest, slotBest)]
  const agree = ctcBest === null || ctcBest.text === slotBest.text
  const bests = agree ? [slotBest] : [slotBest, ctcBest]
  const seen = bests.flatMap((plate) => withProvinces(plate, sight))
  const texts = [...bySlots, ...byCtc, ...crossed.filter((plate) => plate !== null), ...seen]
  const heads = { raw: printed(greedy), bySlots: slotBest, byCtc: ctcBest }
  const rivals = [...bests, ...seen]
  return { sight, reading: bestReading(sight, heads, rivals), texts }
}

/** The view's own best text among `rivals`, before any other view is asked. */
function bestReading(
  sight: Sight,
  heads: Pick<ViewReading, 'raw' | 'bySlots' | 'byCtc'>,
  rivals: readonly PlateText[],
): ViewReading {
  const logs = rivals.map((plate) => logOf(sight, plate))
  const log = Math.max(...logs)
  const best = rivals[logs.indexOf(log)] ?? heads.bySlots
  const weakestPlace = Math.exp(weakestLogOf(sight.slots, best.classes))
  const { province } = sight
  const seenLog = province === undefined ? null : provinceLogOf(province, best.classes)
  const certainty = Math.exp((log - provinceWeight * (seenLog ?? 0)) / 2)
  const trust = seenLog === null ? certainty : Math.exp(log / (2 + provinceWeight))
  const seen = seenLog === null ? null : Math.exp(seenLog)
  return { ...heads, best, certainty, trust, weakestPlace, province: seen }
}

/** What CTC reads where its plain reading is no plate. */
function latticeTexts({ ctc }: Sight): readonly PlateText[] {
  return decodePlate(ctc, latticeTextsMax).map(({ text, type, shapes }) => ({
    text,
    type,
    classes: shapes,
  }))
}

/** The first character of one and the rest of the other. */
function cross(head: PlateText | null, tail: PlateText | null): PlateText | null {
  const [first] = head?.classes ?? []
  if (first === undefined || tail === null || first === tail.classes[0]) return null
  return toPlateText([first, ...tail.classes.slice(1)])
}

/** The same plate with each province that the closer look thinks of. */
function withProvinces(plate: PlateText, { province }: Sight): readonly PlateText[] {
  if (province === undefined) return []
  return bestProvinces(province, provincesMax).flatMap(
    (index) => toPlateText(plate.classes.with(province.at, index)) ?? [],
  )
}

/** Logarithm of a text's probability by both heads and the closer look, where one was taken. */
export function logOf(sight: Sight, plate: PlateText): number {
  const { province } = sight
  const seen = province === undefined ? 0 : provinceLogOf(province, plate.classes)
  return headsLogOf(sight, plate) + provinceWeight * seen
}

function headsLogOf({ ctc, slots }: Sight, { classes }: PlateText): number {
  return ctcMassOf(ctc, classes) + slotLogOf(slots, classes)
}
