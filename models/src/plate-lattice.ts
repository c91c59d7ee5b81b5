import { officeLetters, type PlateType, provinces, serialLetters } from '@forecourt/contracts'
import { classOf } from './alphabet.ts'

/** One place of a plate: which shapes may stand there, how they are printed, what may follow. */
export type LatticeNode = {
  readonly id: number
  /** Class and the character it is printed as, here. */
  readonly symbols: readonly { readonly shape: number; readonly text: string }[]
  readonly next: readonly LatticeNode[]
  /** The type of plate that is complete after this place; null inside a plate. */
  readonly type: PlateType | null
}

const o = officeLetters
const s = `${serialLetters}0123456789`
const d = '0123456789'
const e = 'ABCDEFGHJK'
const l = serialLetters

/** Every type's places. The law that contracts' grammar allows exactly these is in the tests. */
export const platePatterns: readonly {
  readonly type: PlateType
  readonly places: readonly string[]
}[] = [
  { type: 'ordinary', places: [provinces, o, s, s, s, s, s] },
  { type: 'new_energy_small', places: [provinces, o, e, s, d, d, d, d] },
  { type: 'new_energy_large', places: [provinces, o, d, d, d, d, d, e] },
  { type: 'trainer', places: [provinces, o, s, s, s, s, '学'] },
  { type: 'trailer', places: [provinces, o, s, s, s, s, '挂'] },
  { type: 'police', places: [provinces, o, s, s, s, s, '警'] },
  { type: 'consulate', places: [provinces, o, s, s, s, s, '领'] },
  { type: 'hong_kong', places: ['粤', 'Z', s, s, s, s, '港'] },
  { type: 'macau', places: ['粤', 'Z', s, s, s, s, '澳'] },
  { type: 'embassy', places: [d, d, d, d, d, d, '使'] },
  { type: 'armed_police', places: ['W', 'J', d, d, d, d, s] },
  { type: 'armed_police', places: ['W', 'J', provinces, d, d, d, d, s] },
  { type: 'military', places: [l, l, d, d, d, d, d] },
  { type: 'farm', places: [provinces, d, d, d, d, d, d, d] },
]

/** Types that stand in so many rows never: trailers and farm machines have two, new energy one. */
const neverIn: Readonly<Record<1 | 2, readonly PlateType[]>> = {
  1: ['trailer', 'farm'],
  2: ['new_energy_small', 'new_energy_large'],
}

/** Whether plates of a type are made with so many rows (GA 36-2018, table 1; NY 345.1). */
export function standsIn(type: PlateType, rows: 1 | 2): boolean {
  return !neverIn[rows].includes(type)
}

type Draft = {
  id: number
  places: string
  symbols: LatticeNode['symbols']
  next: Draft[]
  type: PlateType | null
}

/** Compiles patterns to a tree whose equal beginnings are shared. The root stands before the plate. */
export function compileLattice(patterns: typeof platePatterns): {
  readonly root: LatticeNode
  readonly nodes: readonly LatticeNode[]
} {
  const root: Draft = { id: 0, places: '', symbols: [], next: [], type: null }
  const nodes: Draft[] = [root]
  for (const { type, places } of patterns) {
    const last = places.reduce((from, place) => follow(from, place, nodes), root)
    last.type = type
  }
  return { root, nodes }
}

function follow(from: Draft, places: string, nodes: Draft[]): Draft {
  const known = from.next.find((node) => node.places === places && node.type === null)
  if (known !== undefined) return known
  const node: Draft = {
    id: nodes.length,
    places,
    symbols: [...places].map((text) => ({ shape: classOf(text), text })),
    next: [],
    type: null,
  }
  from.next.push(node)
  nodes.push(node)
  return node
}
