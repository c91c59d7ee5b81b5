import { isAlike, type Mistake, mistakesOf } from './align.ts'
import type { PlateScore } from './score.ts'

/** How often one character was taken for another, and at which places. */
export type Confusion = {
  /** Empty: nothing stood there, a character was added. */
  readonly truth: string
  /** Empty: the character was missed. */
  readonly read: string
  readonly count: number
  /** Counts by place, 1 for the province; only places that occur. */
  readonly places: Readonly<Record<number, number>>
}

/** The mistakes of all plates that were read as one like them, the most frequent first. */
export function confusionsOf(plates: readonly PlateScore[]): readonly Confusion[] {
  const mistakes = plates.flatMap(({ label, mistaken }) =>
    mistaken === null || !isAlike(label.text, mistaken.plate)
      ? []
      : mistakesOf(label.text, mistaken.plate),
  )
  const pairs = Map.groupBy(mistakes, ({ truth, read }) => `${truth}>${read}`)
  return [...pairs.values()].map(toConfusion).sort((a, b) => b.count - a.count)
}

function toConfusion(mistakes: readonly Mistake[]): Confusion {
  const places = Map.groupBy(mistakes, ({ place }) => place)
  return {
    truth: mistakes[0]?.truth ?? '',
    read: mistakes[0]?.read ?? '',
    count: mistakes.length,
    places: Object.fromEntries([...places].map(([place, each]) => [place, each.length])),
  }
}

/** One line a pair: `浙 → 皖  12  place · 第 1 位: 12`. */
export function toConfusionText(confusions: readonly Confusion[], linesMax: number): string {
  const lines = confusions.slice(0, linesMax).map(({ truth, read, count, places }) => {
    const where = Object.entries(places).map(([place, each]) => `place · 第 ${place} 位: ${each}`)
    return `  ${truth || 'nothing · 无'} → ${read || 'missed · 漏读'}  ${count}  ${where.join(', ')}\n`
  })
  const left = confusions.length - lines.length
  return lines.join('') + (left > 0 ? `  and ${left} more pairs · 另有 ${left} 种\n` : '')
}
