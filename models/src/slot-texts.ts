import { blankClass, classCount } from './alphabet.ts'
import { type Pattern, type PlateText, patterns, placeKinds, toPlateText } from './plate-texts.ts'

/** A class that may stand in a place, its index there, and the logarithm of its probability. */
type Choice = { readonly classIndex: number; readonly index: number; readonly log: number }

/** Choices looked at for a place: the text of rank n needs none below rank n. */
const choicesMax = 6

/** A text under way: for every place of its pattern which choice was taken. */
type Draft = {
  readonly places: Pattern['places']
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
    const { places, ranks } = best
    const classes = ranks.map((rank, i) => choose(places, i, rank)?.classIndex ?? blankClass)
    const plate = toPlateText(classes)
    if (plate !== null && !found.has(plate.text)) found.set(plate.text, plate)
    open.push(...variantsOf(best, choose))
  }
  return [...found.values()]
}

/** The choice of a rank for a place of a pattern; undefined where there are no more. */
type Choose = (places: Pattern['places'], at: number, rank: number) => Choice | undefined

/** Equal places of several patterns share their choices, each looked for when first asked for. */
function chooser(slots: Float32Array): Choose {
  const known: (Choice[] | undefined)[] = []
  return (places, at, rank) => {
    const place = places[at]
    if (place === undefined || rank >= choicesMax) return undefined
    const key = at * placeKinds + place.id
    const choices = known[key] ?? []
    known[key] = choices
    while (choices.length <= rank) {
      const next = nextBest(slots, at * classCount, place.classes, choices.at(-1))
      if (next === undefined) return undefined
      choices.push(next)
    }
    return choices[rank]
  }
}

/** The likeliest after the last; among equals they follow the order of `classes`. */
function nextBest(
  slots: Float32Array,
  row: number,
  classes: readonly number[],
  last: Choice | undefined,
): Choice | undefined {
  const [mostLog, after] = [last?.log ?? Number.POSITIVE_INFINITY, last?.index ?? -1]
  let best = -1
  let bestLog = Number.NEGATIVE_INFINITY
  for (let index = 0; index < classes.length; index++) {
    const log = slots[row + (classes[index] as number)] as number
    const isLeft = log < mostLog || (log === mostLog && index > after)
    if (isLeft && (log > bestLog || best < 0)) {
      best = index
      bestLog = log
    }
  }
  const classIndex = classes[best]
  return classIndex === undefined ? undefined : { classIndex, index: best, log: bestLog }
}

function openDraft({ places }: Pattern, slots: Float32Array, choose: Choose): Draft {
  let log = 0
  for (let at = 0; at < places.length; at++)
    log += choose(places, at, 0)?.log ?? Number.NEGATIVE_INFINITY
  for (let place = places.length; place * classCount < slots.length; place++)
    log += slots[place * classCount + blankClass] ?? 0
  return { places, ranks: places.map(() => 0), from: 0, log }
}

function variantsOf({ places, ranks, from, log }: Draft, choose: Choose): readonly Draft[] {
  const variants: Draft[] = []
  for (let at = from; at < places.length; at++) {
    const rank = ranks[at] ?? 0
    const [now, next] = [choose(places, at, rank), choose(places, at, rank + 1)]
    if (now === undefined || next === undefined) continue
    const change = { ranks: ranks.with(at, rank + 1), log: log - now.log + next.log }
    variants.push({ places, from: at, ...change })
  }
  return variants
}

function takeBest(open: Draft[]): Draft | undefined {
  let best = 0
  for (let i = 1; i < open.length; i++) if ((open[i]?.log ?? 0) > (open[best]?.log ?? 0)) best = i
  return open.splice(best, 1)[0]
}
