import { provinces } from '@forecourt/contracts'
import { plateOutline } from '@forecourt/contracts/plate-outlines'
import han from './han.json' with { type: 'json' }
import latin from './letters.json' with { type: 'json' }

/** How a line of text stands in a picture. */
export type Lettering = {
  /** Where the line starts, is centred or ends, after `anchor`. */
  readonly x: number
  /** The baseline. */
  readonly y: number
  /** Height of the em; capitals are 0.73 of it. */
  readonly sizePx: number
  readonly fill: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Heavier strokes, for what must be seen first. */
  readonly bold?: boolean
}

/**
 * Text as SVG paths: no font of the machine is asked, so a picture is the same everywhere.
 * Latin letters come from `letters.json`, the Chinese characters of our own words from
 * `han.json`, those of plates from the plates' own outlines, made as high as capitals; what none
 * of them knows is an empty box.
 */
export function drawText(lettering: Lettering, text: string): string {
  const { x, y, sizePx, fill, anchor = 'start', bold = false } = lettering
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * widthOf(text, sizePx)
  const scale = sizePx / emUnits
  let at = 0
  const paths = [...text].map((character) => {
    const shape = shapeOf(character)
    const left = at
    at += shape.advance
    return shape.path === ''
      ? ''
      : `<path transform="translate(${left} 0) ${shape.transform}"${shape.isDense && bold ? dense : ''} d="${shape.path}"/>`
  })
  const stroke = bold ? ` stroke="${fill}" stroke-width="${boldUnits}"` : ''
  return `<g transform="translate(${round(x - shift)} ${round(y)}) scale(${scale.toFixed(5)})" fill="${fill}" fill-rule="evenodd"${stroke}>${paths.join('')}</g>`
}

/** The width of a line in pixels. */
export function widthOf(text: string, sizePx: number): number {
  const units = [...text].reduce((sum, character) => sum + shapeOf(character).advance, 0)
  return (units * sizePx) / emUnits
}

/** The longest beginning of a text that fits, with an ellipsis where it was cut. */
export function cutToFit(text: string, widthPx: number, sizePx: number): string {
  if (widthOf(text, sizePx) <= widthPx) return text
  const characters = [...text]
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, sizePx) > widthPx)
    characters.pop()
  return `${characters.join('')}…`
}

/** Whether every character is known, so that none is drawn as an empty box. */
export function hasOutlines(text: string): boolean {
  return [...text].every((character) => letters.has(character) || plateOnly.has(character))
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}

const emUnits = 1_000
const capitalUnits = 729
const boldUnits = 55
/** Chinese characters have more strokes on the same ground: heavier ones would run together. */
const dense = ' stroke-width="18"'
const letters = new Map<string, readonly [advance: number, path: string]>(
  [...Object.entries(latin.letters), ...Object.entries(han.letters)].map(
    ([letter, [advance, path]]) => [letter, [Number(advance), String(path)]],
  ),
)
const plateOnly = new Set([...provinces, ...'学挂警港澳领使'])

type Shape = {
  readonly advance: number
  readonly path: string
  readonly transform: string
  readonly isDense?: boolean
}

function shapeOf(character: string): Shape {
  const [advance, path] = letters.get(character) ?? []
  if (advance !== undefined && path !== undefined)
    return { advance, path, transform: '', isDense: Object.hasOwn(han.letters, character) }
  if (plateOnly.has(character)) return plateShapeOf(character)
  return { advance: 640, path: 'M80 0V-729H560V0ZM140 -60H500V-669H140Z', transform: '' }
}

/** As wide as high, and a little over the capitals, or they would look small among letters. */
function plateShapeOf(character: string): Shape {
  const { width, height, path } = plateOutline(character, 'upper')
  const top = -(capitalUnits + overUnits)
  const wide = squareUnits / width
  const high = (capitalUnits + 2 * overUnits) / height
  const transform = `translate(${sideUnits} ${top}) scale(${wide.toFixed(4)} ${high.toFixed(4)})`
  return { advance: squareUnits + 2 * sideUnits, path, transform }
}

const overUnits = 40
const squareUnits = 780
const sideUnits = 45
