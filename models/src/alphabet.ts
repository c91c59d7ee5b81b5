import { provinces, serialLetters } from '@forecourt/contracts'

/**
 * The recogniser's classes in the order of its outputs. Class 0 is the CTC blank and the empty
 * place after a plate's last character; the others are the shapes a plate is written with. `0` and
 * the letter O are one shape, and `1` and I: which of the two it is follows from the place it
 * stands in, never from the picture.
 */
export const alphabet: readonly string[] = [
  '',
  ...provinces,
  ...serialLetters,
  ...'0123456789',
  ...'学挂警港澳领使',
]
export const classCount = alphabet.length
/** Their classes are 1 to this. */
export const provinceCount = [...provinces].length
export const blankClass = 0

const classes = new Map(alphabet.map((character, index) => [character, index]))

/** The class a character is written as; −1 for none of a plate's. */
export function classOf(character: string): number {
  const alias = character === 'O' ? '0' : character === 'I' ? '1' : character
  return classes.get(alias) ?? -1
}
