import { type PlateColour, plateTypeOf } from '@forecourt/contracts'
import type { GlyphStyle } from './glyph-sprite.ts'

/** Where everything stands on a plate, in millimetres (GA 36-2018). */
export type PlateLayout = {
  readonly widthMm: number
  readonly heightMm: number
  readonly style: GlyphStyle
  readonly colour: Extract<PlateColour, 'blue' | 'green' | 'yellow_green'>
  readonly glyphs: readonly {
    readonly character: string
    readonly xMm: number
    readonly widthMm: number
  }[]
  readonly glyphTopMm: number
  readonly glyphHeightMm: number
  /** Centre of the dot between office letter and serial; new-energy plates have none. */
  readonly dotXMm: number | null
}

/**
 * Lays a plate out after GA 36-2018: 440 × 140 mm with 45 mm characters for blue plates,
 * 480 × 140 mm with one 45 mm and seven 43 mm characters for new-energy plates, 90 mm high.
 *
 * @throws {RangeError} for the types this forecourt does not draw (yellow, white, black plates).
 */
export function layoutPlate(plate: string): PlateLayout {
  switch (plateTypeOf(plate)) {
    case 'ordinary':
      return place(plate, { widthMm: 440, style: 'ordinary', colour: 'blue' })
    case 'new_energy_small':
      return place(plate, { widthMm: 480, style: 'new_energy', colour: 'green' })
    case 'new_energy_large':
      return place(plate, { widthMm: 480, style: 'new_energy', colour: 'yellow_green' })
    case 'farm':
    case 'trainer':
    case 'trailer':
    case 'police':
    case 'hong_kong':
    case 'macau':
    case 'consulate':
    case 'embassy':
    case 'armed_police':
    case 'military':
    case null:
      throw new RangeError(`"${plate}": only blue and new-energy plates can be drawn`)
  }
}

type Board = Pick<PlateLayout, 'widthMm' | 'style' | 'colour'>

const edgeMm = 15.5

function place(plate: string, board: Board): PlateLayout {
  const isOrdinary = board.style === 'ordinary'
  const gapMm = isOrdinary ? 12 : 9
  const officeGapMm = isOrdinary ? 34 : 49
  let xMm = edgeMm
  const glyphs = [...plate].map((character, index) => {
    const widthMm = isOrdinary || index === 0 ? 45 : 43
    const glyph = { character, xMm, widthMm }
    xMm += widthMm + (index === 1 ? officeGapMm : gapMm)
    return glyph
  })
  const serial = glyphs[2]
  const dotXMm = isOrdinary && serial !== undefined ? serial.xMm - officeGapMm / 2 : null
  return { ...board, heightMm: 140, glyphs, glyphTopMm: 25, glyphHeightMm: 90, dotXMm }
}
