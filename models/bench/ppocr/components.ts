import type { Corner } from '@forecourt/contracts'

/** A patch of neighbouring cells: its outline's points (cell corners), size and mean value. */
export type Component = {
  readonly points: readonly Corner[]
  readonly cells: number
  readonly mean: number
}

/** A map of values, rows from the top. */
export type Heat = {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: Float32Array
}

/** Patches of cells over a threshold that touch, also across a corner. */
export function findComponents(heat: Heat, threshold: number): readonly Component[] {
  const seen = new Uint8Array(heat.data.length)
  const components: Component[] = []
  for (let start = 0; start < heat.data.length; start++) {
    if (seen[start] === 1 || (heat.data[start] ?? 0) <= threshold) continue
    components.push(flood(heat, threshold, seen, start))
  }
  return components
}

function flood(heat: Heat, threshold: number, seen: Uint8Array, start: number): Component {
  const stack = [start]
  const rows = new Map<number, { left: number; right: number }>()
  let cells = 0
  let sum = 0
  seen[start] = 1
  for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
    const x = cell % heat.widthPx
    const y = (cell - x) / heat.widthPx
    const row = rows.get(y)
    rows.set(y, { left: Math.min(row?.left ?? x, x), right: Math.max(row?.right ?? x, x) })
    cells += 1
    sum += heat.data[cell] ?? 0
    for (const next of neighboursOf(heat, x, y)) {
      if (seen[next] === 1 || (heat.data[next] ?? 0) <= threshold) continue
      seen[next] = 1
      stack.push(next)
    }
  }
  return { points: outlineOf(rows), cells, mean: sum / cells }
}

function neighboursOf({ widthPx, heightPx }: Heat, x: number, y: number): readonly number[] {
  const cells: number[] = []
  for (let j = Math.max(0, y - 1); j <= Math.min(heightPx - 1, y + 1); j++)
    for (let i = Math.max(0, x - 1); i <= Math.min(widthPx - 1, x + 1); i++)
      cells.push(j * widthPx + i)
  return cells
}

/** Both ends of every row are all the points a convex outline needs. */
function outlineOf(
  rows: ReadonlyMap<number, { readonly left: number; readonly right: number }>,
): readonly Corner[] {
  return [...rows].flatMap(([y, { left, right }]): Corner[] => [
    [left, y],
    [left, y + 1],
    [right + 1, y],
    [right + 1, y + 1],
  ])
}
