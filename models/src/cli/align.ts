/** One place where a read differs from the truth. */
export type Mistake = {
  /** 1 for the province. Counted in the truth; an added character takes the place before it. */
  readonly place: number
  /** What stands there; empty for a character that was added. */
  readonly truth: string
  /** What was read; empty for a character that was missed. */
  readonly read: string
}

type Step = { readonly cost: number; readonly from: 'both' | 'truth' | 'read' }

/** How many characters must be changed, added or removed to make one text of the other. */
export function differencesOf(truth: string, read: string): number {
  return (
    tableOf([...truth], [...read])
      .at(-1)
      ?.at(-1)?.cost ?? 0
  )
}

/** Whether half of the characters agree. */
export function isAlike(truth: string, read: string): boolean {
  return differencesOf(truth, read) <= truth.length / 2
}

/** The differing places of two texts, by the cheapest alignment; substitutions are preferred. */
export function mistakesOf(truth: string, read: string): readonly Mistake[] {
  const [known, seen] = [[...truth], [...read]]
  const table = tableOf(known, seen)
  const mistakes: Mistake[] = []
  let [i, j] = [known.length, seen.length]
  while (i > 0 || j > 0) {
    const [before, left] = stepBack(table[i]?.[j]?.from ?? 'both', i, j)
    const mistake = {
      place: Math.max(1, i),
      truth: known.slice(before, i).join(''),
      read: seen.slice(left, j).join(''),
    }
    if (mistake.truth !== mistake.read) mistakes.push(mistake)
    ;[i, j] = [before, left]
  }
  return mistakes.reverse()
}

function stepBack(from: Step['from'], i: number, j: number): readonly [number, number] {
  return [from === 'read' ? i : i - 1, from === 'truth' ? j : j - 1]
}

const start: Step = { cost: 0, from: 'both' }

/** Levenshtein's table; `table[i][j]` brings the first i characters to the first j. */
function tableOf(truth: readonly string[], read: readonly string[]): readonly (readonly Step[])[] {
  const table: Step[][] = [...truth, ''].map(() => [])
  for (const [i, row] of table.entries()) {
    for (let j = 0; j <= read.length; j++) {
      if (i === 0 && j === 0) {
        row.push(start)
        continue
      }
      const both = costAt(table, i - 1, j - 1) + (truth[i - 1] === read[j - 1] ? 0 : 1)
      row.push(cheapest(both, costAt(table, i - 1, j) + 1, costAt(table, i, j - 1) + 1))
    }
  }
  return table
}

function costAt(table: readonly (readonly Step[])[], i: number, j: number): number {
  return table[i]?.[j]?.cost ?? Number.POSITIVE_INFINITY
}

function cheapest(both: number, missed: number, added: number): Step {
  if (both <= missed && both <= added) return { cost: both, from: 'both' }
  return missed <= added ? { cost: missed, from: 'truth' } : { cost: added, from: 'read' }
}
