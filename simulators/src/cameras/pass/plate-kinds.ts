import { officeLetters, Plate, provinces, serialLetters } from '@forecourt/contracts'
import type { Random } from '../../scenarios/random.ts'
import type { BodyKind } from '../car-bodies.ts'
import type { PlateLook } from '../plate-layout.ts'

/** A car's plate and what follows from its kind. */
export type PlatedCar = {
  readonly kind: PlateKind
  readonly plate: Plate
  readonly look: PlateLook
  readonly body: BodyKind
}

type Kind = {
  /** Visits of every hundred, as a big station might see them, rare kinds more often. */
  readonly share: number
  readonly look?: PlateLook
  readonly bodies: readonly [BodyKind, ...(readonly BodyKind[])]
  /** `P` province, `O` office letter, `S` letter or digit, `9` digit, `E` new-energy letter; others stand for themselves. */
  readonly pattern: string
}

const car = ['front', 'rear'] as const

/** The kinds a station meets. Embassies and the forces are left out: they do not pay at the pump. */
const kinds = {
  blue: { share: 38, bodies: car, pattern: 'POSSSSS' },
  new_energy_small: { share: 14, bodies: car, pattern: 'POES9999' },
  new_energy_large: { share: 5, bodies: ['front', 'truck'], pattern: 'PO99999E' },
  yellow_one_row: { share: 6, look: { colour: 'yellow' }, bodies: ['front'], pattern: 'POSSSSS' },
  yellow_two_rows: {
    share: 12,
    look: { colour: 'yellow', rows: 2 },
    bodies: ['truck'],
    pattern: 'POSSSSS',
  },
  trainer: { share: 5, bodies: car, pattern: 'POSSSS学' },
  trailer: { share: 5, bodies: ['truck'], pattern: 'POSSSS挂' },
  police: { share: 5, bodies: car, pattern: 'POSSSS警' },
  hong_kong: { share: 4, bodies: car, pattern: '粤ZSSSS港' },
  macau: { share: 4, bodies: car, pattern: '粤ZSSSS澳' },
  farm: { share: 2, bodies: ['truck'], pattern: 'P9999999' },
} as const satisfies Readonly<Record<string, Kind>>

export type PlateKind = keyof typeof kinds
export const plateKinds = Object.keys(kinds) as readonly PlateKind[]

/**
 * The car of a visit. Kinds come by their share, provinces in turn, so that a hundred visits have
 * every kind and every province.
 *
 * @param index - The visit's number; the kinds of a run of a hundred are the same for every seed.
 * @param only - Kinds to choose from; all when empty.
 */
export function pickCar(random: Random, index: number, only: readonly PlateKind[] = []): PlatedCar {
  const kind = kindAt(index, only.length === 0 ? plateKinds : only)
  const { look = {}, bodies, pattern }: Kind = kinds[kind]
  const province = provinces.charAt(index % provinces.length)
  const text = [...pattern].map((slot) => fill(slot, province, random)).join('')
  return { kind, plate: Plate.parse(text), look, body: random.pick(bodies) }
}

/** Spreads the shares evenly: each visit takes the kind that lags most behind its share. */
function kindAt(index: number, among: readonly PlateKind[]): PlateKind {
  const whole = among.reduce((sum, kind) => sum + kinds[kind].share, 0)
  const taken = new Map<PlateKind, number>()
  let chosen = among[0] ?? 'blue'
  for (let visit = 0; visit <= index % whole; visit++) {
    const lag = (kind: PlateKind) =>
      ((visit + 1) * kinds[kind].share) / whole - (taken.get(kind) ?? 0)
    chosen = among.reduce((best, kind) => (lag(kind) > lag(best) ? kind : best))
    taken.set(chosen, (taken.get(chosen) ?? 0) + 1)
  }
  return chosen
}

function fill(slot: string, province: string, random: Random): string {
  const from = (characters: string) => characters.charAt(random.between(0, characters.length - 1))
  switch (slot) {
    case 'P':
      return province
    case 'O':
      return from(officeLetters)
    case 'S':
      return random.next() < 0.4 ? from(serialLetters) : from('0123456789')
    case '9':
      return from('0123456789')
    case 'E':
      return from('DABCEFGHJK')
    default:
      return slot
  }
}
