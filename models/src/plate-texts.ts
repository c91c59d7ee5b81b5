import type { PlateType } from '@forecourt/contracts'
import { alphabet, blankClass, classCount, classOf } from './alphabet.ts'
import { platePatterns } from './plate-lattice.ts'

/** A text that the grammar allows, as people write it and as classes. */
export type PlateText = {
  readonly text: string
  readonly type: PlateType
  readonly classes: readonly number[]
}

/** One place of a pattern: its classes, and how each is printed there (0 or O, 1 or I). */
type Place = { readonly id: number; readonly classes: readonly number[]; readonly print: string[] }
export type Pattern = { readonly type: PlateType; readonly places: readonly Place[] }

const placesByText = new Map<string, Place>()

function placeOf(text: string): Place {
  const known = placesByText.get(text)
  if (known !== undefined) return known
  const print = [...alphabet].fill('')
  for (const character of text) print[classOf(character)] = character
  const classes = [...text].map(classOf)
  const place = { id: placesByText.size, classes, print }
  placesByText.set(text, place)
  return place
}

/** Every type's places, equal places being the same object. */
export const patterns: readonly Pattern[] = platePatterns.map(({ type, places }) => ({
  type,
  places: places.map(placeOf),
}))
/** Different places there are; their `id`s count from 0. */
export const placeKinds = placesByText.size

/** A row of classes as a plate, or null when the grammar allows none. */
export function toPlateText(classes: readonly number[]): PlateText | null {
  for (const { type, places } of patterns) {
    if (places.length !== classes.length) continue
    const characters = places.map(({ print }, index) => print[classes[index] ?? blankClass] ?? '')
    if (characters.every((character) => character !== ''))
      return { text: characters.join(''), type, classes }
  }
  return null
}

/** Logarithm of a text's probability by its places alone, the empty ones after it included. */
export function slotLogOf(slots: Float32Array, classes: readonly number[]): number {
  let sum = 0
  for (let place = 0; place * classCount < slots.length; place++)
    sum += slots[place * classCount + (classes[place] ?? blankClass)] ?? 0
  return sum
}

/** Logarithm of the least certain place's probability. */
export function weakestLogOf(slots: Float32Array, classes: readonly number[]): number {
  let least = 0
  for (const [place, classIndex] of classes.entries())
    least = Math.min(least, slots[place * classCount + classIndex] ?? 0)
  return least
}
