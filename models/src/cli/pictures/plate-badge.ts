import { coloursOf, type PlateColour, plateTypeOf } from '@forecourt/contracts'
import { plateOutline } from '@forecourt/contracts/plate-outlines'
import { round } from './letters.ts'

/** A small drawn plate: what was read, as it would look on one row. */
export type Badge = {
  readonly x: number
  readonly y: number
  readonly heightPx: number
  /** The ground; without one, the colour that plates of the text's type have first. */
  readonly colour?: PlateColour | null
  /** Places of the text (from 0) to be marked as wrong. */
  readonly marked?: ReadonlySet<number>
}

const grounds: Readonly<Record<PlateColour, { readonly ground: string; readonly ink: string }>> = {
  blue: { ground: '#1d4ab8', ink: '#ffffff' },
  yellow: { ground: '#f2b90f', ink: '#16181c' },
  green: { ground: '#7fd3a2', ink: '#10241a' },
  yellow_green: { ground: '#a8d86b', ink: '#10241a' },
  white: { ground: '#f4f5f6', ink: '#16181c' },
  black: { ground: '#1b1d21', ink: '#ffffff' },
}

/** In parts of the badge's height. */
const share = { glyph: 0.64, pitch: 0.4, side: 0.2, dot: 0.14 } as const

export function badgeWidth(text: string, heightPx: number): number {
  return heightPx * ([...text].length * share.pitch + share.dot + 2 * share.side)
}

/** The badge as SVG; an empty text gives an empty plate. */
export function drawBadge(badge: Badge, text: string): string {
  const { x, y, heightPx, marked = new Set() } = badge
  const { ground, ink } = grounds[groundOf(text, badge.colour ?? null)]
  const width = badgeWidth(text, heightPx)
  const glyphs = [...text].map((character, index) => {
    const left = x + heightPx * (share.side + index * share.pitch + (index > 1 ? share.dot : 0))
    return marked.has(index)
      ? drawMark(left, y, heightPx) + drawGlyph(character, left, y, heightPx, '#ffffff')
      : drawGlyph(character, left, y, heightPx, ink)
  })
  const inset = heightPx * 0.06
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(heightPx)}" rx="${round(heightPx * 0.12)}" fill="${ground}"/>
    <rect x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - 2 * inset)}" height="${round(heightPx - 2 * inset)}" rx="${round(heightPx * 0.09)}" fill="none" stroke="${ink}" stroke-opacity="0.55" stroke-width="${round(heightPx * 0.025)}"/>
    ${glyphs.join('')}`
}

/** A red ground under one character. */
function drawMark(left: number, top: number, heightPx: number): string {
  const inset = heightPx * 0.1
  const box = `x="${round(left)}" y="${round(top + inset)}" width="${round(heightPx * share.pitch)}" height="${round(heightPx - 2 * inset)}"`
  return `<rect ${box} rx="${round(heightPx * 0.08)}" fill="#e11d2e"/>`
}

function drawGlyph(
  character: string,
  left: number,
  top: number,
  heightPx: number,
  ink: string,
): string {
  const outline = outlineOf(character)
  if (outline === null) return ''
  const wide = (heightPx * share.pitch * 0.8) / outline.width
  const high = (heightPx * share.glyph) / outline.height
  const y = top + (heightPx * (1 - share.glyph)) / 2
  const x = left + heightPx * share.pitch * 0.1
  return `<path transform="translate(${round(x)} ${round(y)}) scale(${wide.toFixed(5)} ${high.toFixed(5)})" d="${outline.path}" fill="${ink}" fill-rule="evenodd"/>`
}

/** Labels may hold characters that no plate has; a gap stands for them. */
function outlineOf(character: string) {
  try {
    return plateOutline(character, 'single')
  } catch {
    return null
  }
}

function groundOf(text: string, colour: PlateColour | null): PlateColour {
  if (colour !== null) return colour
  const type = plateTypeOf(text)
  return (type === null ? undefined : coloursOf(type)[0]) ?? 'white'
}
