import { describe, expect, test } from 'vitest'
import { officeLetters, provinces } from '../src/index.ts'
import { type OutlineStyle, plateOutline } from '../src/plate-outlines.ts'

const styles: readonly OutlineStyle[] = ['single', 'new_energy', 'upper', 'lower']
const characters = [...provinces, ...officeLetters, ...'0123456789学挂警港澳领使']

describe('the outlines of plate characters', () => {
  test.each(styles)('draw every character of the grammar in style %s, inside its cell', (style) => {
    for (const character of characters) {
      const { width, height, path } = plateOutline(character, style)
      expect(path, character).toMatch(/^(?:M\d+ \d+(?: \d+ \d+){2,}Z)+$/)
      const numbers = [...path.matchAll(/\d+/g)].map(Number)
      const xs = numbers.filter((_, index) => index % 2 === 0)
      const ys = numbers.filter((_, index) => index % 2 === 1)
      expect(Math.max(...xs), character).toBeLessThanOrEqual(width)
      expect(Math.max(...ys) - Math.min(...ys), `${character} is flat`).toBeGreaterThan(height / 2)
      expect(Math.max(...ys), character).toBeLessThanOrEqual(height)
    }
  })

  test('are of different shapes, except the letters that look like digits', () => {
    const paths = new Map(characters.map((each) => [plateOutline(each, 'single').path, each]))
    expect(characters.length - paths.size).toBe(1)
    expect(plateOutline('O', 'single')).toEqual(plateOutline('0', 'single'))
  })

  test('are lent from one-row plates where a style lacks them', () => {
    expect(plateOutline('7', 'upper')).toEqual(plateOutline('7', 'single'))
    expect(plateOutline('7', 'lower')).not.toEqual(plateOutline('7', 'single'))
  })

  test('name a character that no plate has', () => {
    expect(() => plateOutline('é', 'single')).toThrow(/no plate character "é"/)
  })
})
