import { join } from 'node:path'
import { provinces, serialLetters } from '@forecourt/contracts'
import sharp from 'sharp'

/** Left to right in `glyphs/glyphs.png`. */
const glyphOrder = `${provinces}${serialLetters}0123456789`
export const glyphCell = { width: 54, height: 108 } as const

export type GlyphStyle = 'ordinary' | 'new_energy'

/** Where each glyph's mask lies; loaded once. Users' machines may have no Chinese font at all. */
export type GlyphSprite = {
  /** A mask (one byte a pixel, 255 = ink) of `glyphCell` size. @throws {RangeError} unknown character */
  mask(character: string, style: GlyphStyle): Buffer
}

let loaded: Promise<GlyphSprite> | null = null

export function loadGlyphSprite(): Promise<GlyphSprite> {
  loaded ??= readSprite()
  return loaded
}

async function readSprite(): Promise<GlyphSprite> {
  const file = join(import.meta.dirname, 'glyphs/glyphs.png')
  const { data, info } = await sharp(file)
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    mask: (character, style) => {
      // Plates print the office letter O like the zero.
      const index = [...glyphOrder].indexOf(character === 'O' ? '0' : character)
      if (index < 0) throw new RangeError(`no glyph for "${character}"`)
      const top = style === 'ordinary' ? 0 : glyphCell.height
      return cut(data, info.width, { left: index * glyphCell.width, top })
    },
  }
}

function cut(sheet: Buffer, sheetWidth: number, from: { left: number; top: number }): Buffer {
  const rows = Array.from({ length: glyphCell.height }, (_, row) => {
    const start = (from.top + row) * sheetWidth + from.left
    return sheet.subarray(start, start + glyphCell.width)
  })
  return Buffer.concat(rows)
}
