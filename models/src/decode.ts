import { coloursOf } from '@forecourt/contracts'
import { hearOnce, logOf, type ViewReading } from './hear.ts'
import { standsIn } from './plate-lattice.ts'
import type { PlateText } from './plate-texts.ts'
import { groundColours, type Sight } from './recognise.ts'

/** Views of one place err alike: more than these together prove no more than these. */
const independentViews = 2
/** No view is trusted beyond this: it leaves room for what a network has never seen. */
const trustMax = 0.995
/**
 * A ground's colour counts against a type by this power of its probability, and no probability
 * below the least: night and dirt make colours lie more often than characters.
 */
const colourWeight = 0.5
const colourMin = 0.02

/** One text over all views of a place. */
export type Ranked = { readonly plate: PlateText; readonly probability: number }

export type Decoded = {
  /** Best first; the probabilities of all sum to 1. */
  readonly ranked: readonly Ranked[]
  readonly views: readonly ViewReading[]
}

/**
 * The plates that the views of one place may mean; null when none of them shows a plate.
 *
 * Each head brings its own likeliest texts of the grammar, a closer look its likeliest provinces;
 * all texts are then weighed by all of them in every view. A view speaks as loud as it is certain:
 * the share it does not trust itself with is spread evenly, so a blurred or badly cut view cannot
 * outvote a clear one.
 *
 * @param rows - How many rows of characters the views were cut out as.
 */
export function decodeViews(sights: readonly Sight[], rows: 1 | 2 = 1): Decoded | null {
  const heard = sights.map(hearOnce).filter((each) => each !== null)
  const all = gather(heard.flatMap((each) => each.texts))
  const texts = all.filter(({ type }) => standsIn(type, rows))
  if (texts.length === 0) return null
  const logs = texts.map((plate) => colourLogOf(sights, plate))
  const weight = Math.min(1, independentViews / heard.length)
  for (const { sight, reading } of heard)
    addView(logs, texts, { sight, weight, trust: Math.min(reading.trust, trustMax) })
  const shares = softmax(logs)
  const ranked = texts
    .map((plate, index) => ({ plate, probability: shares[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
  return { ranked, views: heard.map(({ reading }) => reading) }
}

function gather(plates: readonly PlateText[]): readonly PlateText[] {
  return [...new Map(plates.map((plate) => [plate.text, plate])).values()]
}

type Voice = { readonly sight: Sight; readonly trust: number; readonly weight: number }

function addView(logs: number[], texts: readonly PlateText[], voice: Voice): void {
  const shares = softmax(texts.map((plate) => logOf(voice.sight, plate)))
  const { trust } = voice
  for (const [index, share] of shares.entries()) {
    const heard = Math.log(trust * share + (1 - trust) / (texts.length + 1))
    logs[index] = (logs[index] ?? 0) + voice.weight * heard
  }
}

/** Probability, 0 to 1, that the ground is painted as the type is; the mean of all views. */
export function colourFitOf(sights: readonly Sight[], { type }: PlateText): number {
  const allowed = coloursOf(type)
  let sum = 0
  for (const { colour } of sights)
    for (const [index, name] of groundColours.entries())
      if (name !== 'none' && allowed.includes(name)) sum += Math.exp(colour[index] ?? 0)
  return Math.min(1, sum / Math.max(1, sights.length))
}

function colourLogOf(sights: readonly Sight[], plate: PlateText): number {
  return colourWeight * Math.log(Math.max(colourMin, colourFitOf(sights, plate)))
}

function softmax(logs: readonly number[]): readonly number[] {
  const most = Math.max(...logs)
  const parts = logs.map((log) => (most === Number.NEGATIVE_INFINITY ? 1 : Math.exp(log - most)))
  const whole = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => part / whole)
}
