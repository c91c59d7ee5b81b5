import { blankClass, classCount } from './alphabet.ts'
import { type Pattern, type PlateText, patterns, placeKinds, toPlateText } from './plate-texts.ts'

/** A class that may stand in a place, and the logarithm of its probability there. */
type Choice = { readonly classIndex: number; readonly log: number }

/** Choices kept for a place: the text of rank n needs none below rank n. */
const choicesMax = 6

/** A text under way: for every place of its pattern which choice was taken. */
type Draft = {
  readonly choices: readonly (readonly Choice[])[]
  readonly ranks: readonly number[]
  /** Places before this one stay as they are: so that every text is met once. */
  readonly from: number
  readonly log: number
}

/**
 * The likeliest plates by slots alone, best first: exact, since places are independent. All
 * patterns' best texts open the search; each text taken opens those that differ from it in one
 * place by one rank.
 *
 * @param slots - Logarithms, 8 places × classes.
 * @param count - At most `choicesMax`.
 */
export function slotTexts(slots: Float32Array, count: number): readonly PlateText[] {
  const choose = chooser(slots)
  const open = patterns.map((pattern) => openDraft(pattern, slots, choose))
  const found = new Map<string, PlateText>()
  while (found.size < Math.min(count, choicesMax)) {
    const best = takeBest(open)
    if (best === undefined) break
    const plate = toPlateText(best.ranks.map((rank, i) => best.choices[i]?.[rank]?.classIndex ?? 0))
    if (plate !== null && !found.has(plate.text)) found.set(plate.text, plate)
    open.push(...variantsOf(best))
  }
  return [...found.values()]
}

/** Sorted choices by place and kind of place, made when first asked for. */
function chooser(slots: Float32Array) {
  const known: (readonly Choice[] | undefined)[] = []
  return ({ id, classes }: Pattern['places'][number], place: number): readonly Choice[] => {
    const key = place * placeKinds + id
    known[key] ??= likeliest(slots, place * classCount, classes)
    return known[key] ?? []
  }
}

/** The best few, each put where it belongs among those kept: most go nowhere, so this is quick. */
function likeliest(slots: Float32Array, row: number, classes: readonly number[]): Choice[] {
  const kept: Choice[] = []
  for (const classIndex of classes) {
    const log = slots[row + classIndex] ?? Number.NEGATIVE_INFINITY
    if (kept.length === choicesMax && log <= (kept[choicesMax - 1]?.log ?? 0)) continue
    let at = kept.length
    while (at > 0 && log > (kept[at - 1]?.log ?? 0)) at -= 1
    kept.splice(at, 0, { classIndex, log })
    if (kept.length > choicesMax) kept.pop()
  }
  return kept
}

function openDraft(
  { places }: Pattern,
  slots: Float32Array,
  choose: ReturnType<typeof chooser>,
): Draft {
  const choices = places.map(choose)
  let log = 0
  for (const all of choices) log += all[0]?.log ?? Number.NEGATIVE_INFINITY
  for (let place = places.length; place * classCount < slots.length; place++)
    log += slots[place * classCount + blankClass] ?? 0
  return { choices, ranks: places.map(() => 0), from: 0, log }
}

function variantsOf({ choices, ranks, from, log }: Draft): readonly Draft[] {
  return choices.slice(from).flatMap((all, index) => {
    const place = from + index
    const rank = ranks[place] ?? 0
    const [now, next] = [all[rank], all[rank + 1]]
    if (now === undefined || next === undefined) return []
    return [
      { choices, ranks: ranks.with(place, rank + 1), from: place, log: log - now.log + next.log },
    ]
  })
}

function takeBest(open: Draft[]): Draft | undefined {
  let best = 0
  for (let i = 1; i < open.length; i++) if ((open[i]?.log ?? 0) > (open[best]?.log ?? 0)) best = i
  return open.splice(best, 1)[0]
}
