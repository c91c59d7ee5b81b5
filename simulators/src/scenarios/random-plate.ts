import { Plate, plateTypeOf, provinces, serialLetters } from '@forecourt/contracts'
import type { Random } from './random.ts'

const offices = 'ABCDEFGHJ'
const newEnergyLetters = 'DF'

/**
 * A plate as it could drive by: every province alike, every third one new energy. Never one
 * of `taken`, and never one character away from one of them, because a believable forecourt
 * has no near twins unless a scenario asks for them.
 */
export function randomPlate(random: Random, taken: ReadonlySet<string>): Plate {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const text = `${pickFrom(random, provinces)}${pickFrom(random, offices)}${randomSerial(random)}`
    if (plateTypeOf(text) !== null && !hasNearTwin(text, taken)) return Plate.parse(text)
  }
  throw new RangeError(`no free plate after ${attemptsMax} tries with ${taken.size} taken`)
}

const attemptsMax = 1_000

function randomSerial(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.between(0, 9)).join('')
  if (random.between(1, 3) === 1) return `${pickFrom(random, newEnergyLetters)}${digits(5)}`
  const letter = pickFrom(random, serialLetters)
  return random.between(0, 1) === 0 ? `${letter}${digits(4)}` : `${digits(2)}${letter}${digits(2)}`
}

function pickFrom(random: Random, characters: string): string {
  return characters.charAt(random.between(0, characters.length - 1))
}

function hasNearTwin(text: string, taken: ReadonlySet<string>): boolean {
  return [...taken].some((other) => other.length === text.length && differences(text, other) <= 1)
}

function differences(left: string, right: string): number {
  return [...left].filter((character, index) => character !== right[index]).length
}
