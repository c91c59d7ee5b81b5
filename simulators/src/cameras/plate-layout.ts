import { coloursOf, type PlateColour, plateTypeOf } from '@forecourt/contracts'
import type { OutlineStyle } from '@forecourt/contracts/plate-outlines'

/** One character and its cell on the board, in millimetres from the board's top left. */
export type PlacedGlyph = {
  readonly character: string
  readonly xMm: number
  readonly yMm: number
  readonly widthMm: number
  readonly heightMm: number
  readonly style: OutlineStyle
  /** 警, 使, 领 and the letters of the forces are red. */
  readonly isRed: boolean
}

/** Where everything stands on a plate (GA 36-2018; farm machines: NY 345.1). */
export type PlateLayout = {
  readonly widthMm: number
  readonly heightMm: number
  readonly colour: PlateColour
  readonly rows: 1 | 2
  readonly glyphs: readonly PlacedGlyph[]
  /** Centre of the dot between office letter and serial; null on plates without one. */
  readonly dot: { readonly xMm: number; readonly yMm: number } | null
}

/** How a plate looks where its text leaves a choice: cars blue, trucks and buses yellow. */
export type PlateLook = { readonly colour?: PlateColour; readonly rows?: 1 | 2 }

/** @throws {RangeError} for a text that no Chinese plate bears, or a look that its type never has. */
export function layoutPlate(plate: string, look: PlateLook = {}): PlateLayout {
  const type = plateTypeOf(plate)
  if (type === null) throw new RangeError(`"${plate}" is no Chinese plate; give one like 沪A12345`)
  const colour = look.colour ?? coloursOf(type)[0] ?? 'blue'
  if (!coloursOf(type).includes(colour))
    throw new RangeError(`"${plate}" is never ${colour}; use ${coloursOf(type).join(' or ')}`)
  const rows = look.rows ?? (type === 'trailer' || type === 'farm' ? 2 : 1)
  switch (type) {
    case 'new_energy_small':
    case 'new_energy_large':
      return newEnergy(plate, colour)
    case 'farm':
      return twoRows(plate, colour, 3)
    case 'ordinary':
    case 'trailer':
      return rows === 2 ? twoRows(plate, colour, 2) : oneRow(plate, colour, 2)
    case 'trainer':
    case 'police':
    case 'hong_kong':
    case 'macau':
    case 'consulate':
    case 'military':
      return oneRow(plate, colour, 2)
    case 'embassy':
      return oneRow(plate, colour, 3)
    case 'armed_police':
      return oneRow(plate, colour, plate.length - 5)
  }
}

/** Red characters: 警, 使, 领, `WJ`, and the two letters of the army. */
function isRed(plate: string, index: number): boolean {
  const type = plateTypeOf(plate)
  if (type === 'military' || type === 'armed_police') return index < 2
  return /[警使领]/.test([...plate][index] ?? '')
}

/** 440 × 140 mm, characters 45 × 90 mm, 12 mm apart and 34 mm where the dot is. */
function oneRow(plate: string, colour: PlateColour, before: number): PlateLayout {
  const characters = [...plate]
  const narrow = characters.length > 7
  const [widthMm, gapMm, officeGapMm] = narrow ? [43, 7, 16] : [45, 12, 34]
  let xMm = narrow ? (440 - (8 * 43 + 6 * 7 + 16)) / 2 : 15.5
  const glyphs = characters.map((character, index) => {
    const cell = { xMm, yMm: 25, widthMm, heightMm: 90, style: 'single' } as const
    xMm += widthMm + (index === before - 1 ? officeGapMm : gapMm)
    return { character, ...cell, isRed: isRed(plate, index) }
  })
  const serial = glyphs[before]
  const dot =
    serial === undefined ? null : { xMm: serial.xMm - officeGapMm / 2, yMm: narrow ? 100 : 70 }
  return { widthMm: 440, heightMm: 140, colour, rows: 1, glyphs, dot }
}

/** 480 × 140 mm, one character of 45 mm, seven of 43, 9 mm apart and 49 mm for the emblem. */
function newEnergy(plate: string, colour: PlateColour): PlateLayout {
  let xMm = 15.5
  const glyphs = [...plate].map((character, index) => {
    const widthMm = index === 0 ? 45 : 43
    const cell = { xMm, yMm: 25, widthMm, heightMm: 90, style: 'new_energy' } as const
    xMm += widthMm + (index === 1 ? 49 : 9)
    return { character, ...cell, isRed: false }
  })
  return { widthMm: 480, heightMm: 140, colour, rows: 1, glyphs, dot: null }
}

/**
 * 440 × 220 mm: above, characters of 80 × 60 mm; below, five of 65 × 110 mm, 15 mm apart. Farm
 * machines have three above (the province and two digits), all others two and a dot.
 */
function twoRows(plate: string, colour: PlateColour, above: 2 | 3): PlateLayout {
  const upper = { widthMm: 80, heightMm: 60, yMm: 15, style: 'upper' } as const
  const lower = { widthMm: 65, heightMm: 110, yMm: 90, style: 'lower' } as const
  const gapMm = above === 2 ? 60 : 30
  const leftMm = (440 - above * upper.widthMm - (above - 1) * gapMm) / 2
  const glyphs = [...plate].map((character, index) => {
    const isAbove = index < above
    const xMm = isAbove
      ? leftMm + index * (upper.widthMm + gapMm)
      : 27.5 + (index - above) * (lower.widthMm + 15)
    return { character, xMm, ...(isAbove ? upper : lower), isRed: false }
  })
  const dot = above === 2 ? { xMm: 220, yMm: 45 } : null
  return { widthMm: 440, heightMm: 220, colour, rows: 2, glyphs, dot }
}
