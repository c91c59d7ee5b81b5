import { z } from 'zod'

/** The 31 provinces' abbreviations, as they open every ordinary plate (GA 36-2018). */
export const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
/** Letters of an office, position 2. `O` is real there (粤O); `I` is never used. */
export const officeLetters = 'ABCDEFGHJKLMNOPQRSTUVWXYZ'
/** Letters of a serial: neither `I` nor `O`, which look like digits. */
export const serialLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

export const PlateColour = z.enum(['blue', 'yellow', 'green', 'yellow_green', 'white', 'black'])
export type PlateColour = z.infer<typeof PlateColour>

export const PlateType = z.enum([
  'ordinary',
  'new_energy_small',
  'new_energy_large',
  'trainer',
  'trailer',
  'police',
  'hong_kong',
  'macau',
  'consulate',
  'embassy',
  'armed_police',
  'military',
  'farm',
])
export type PlateType = z.infer<typeof PlateType>

const p = `[${provinces}]`
const o = `[${officeLetters}]`
const s = `[${serialLetters}0-9]`

/** Each type's whole text and the colours it may stand on. Order matters only where texts overlap. */
const grammar: readonly { type: PlateType; text: RegExp; colours: readonly PlateColour[] }[] = [
  { type: 'ordinary', text: new RegExp(`^${p}${o}${s}{5}$`), colours: ['blue', 'yellow'] },
  {
    type: 'new_energy_small',
    text: new RegExp(`^${p}${o}[ABCDEFGHJK]${s}[0-9]{4}$`),
    colours: ['green'],
  },
  {
    type: 'new_energy_large',
    text: new RegExp(`^${p}${o}[0-9]{5}[ABCDEFGHJK]$`),
    colours: ['yellow_green', 'green'],
  },
  { type: 'trainer', text: new RegExp(`^${p}${o}${s}{4}学$`), colours: ['yellow'] },
  { type: 'trailer', text: new RegExp(`^${p}${o}${s}{4}挂$`), colours: ['yellow'] },
  { type: 'police', text: new RegExp(`^${p}${o}${s}{4}警$`), colours: ['white'] },
  { type: 'hong_kong', text: new RegExp(`^粤Z${s}{4}港$`), colours: ['black'] },
  { type: 'macau', text: new RegExp(`^粤Z${s}{4}澳$`), colours: ['black'] },
  { type: 'consulate', text: new RegExp(`^${p}${o}${s}{4}领$`), colours: ['black'] },
  { type: 'embassy', text: /^[0-9]{6}使$/, colours: ['black'] },
  {
    type: 'armed_police',
    text: new RegExp(`^WJ${p}?[0-9]{4}[0-9${serialLetters}]$`),
    colours: ['white'],
  },
  { type: 'military', text: new RegExp(`^[${serialLetters}]{2}[0-9]{5}$`), colours: ['white'] },
  /** Tractors and farm machines: white on green, in two rows (NY 345.1-2005). */
  { type: 'farm', text: new RegExp(`^${p}[0-9]{7}$`), colours: ['green'] },
]

/** Which kind of plate a text is, or null when no Chinese plate reads so. */
export function plateTypeOf(text: string): PlateType | null {
  return grammar.find((rule) => rule.text.test(text))?.type ?? null
}

/** The colours a type of plate is painted in. A read of that type on another colour is wrong. */
export function coloursOf(type: PlateType): readonly PlateColour[] {
  return grammar.find((rule) => rule.type === type)?.colours ?? []
}

/**
 * A text as people type or cameras print it, brought to the one form we store: no dot, dash or
 * space between office and serial, upper case, full-width letters and digits made half-width.
 */
export function normalisePlate(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s·•・‧●∙⋅.,_\-\u2010-\u2015]/g, '')
}

/** A plate in normal form that the grammar allows. */
export const Plate = z
  .string()
  .max(8)
  .refine((text) => plateTypeOf(text) !== null, 'not a Chinese licence plate')
  .brand<'Plate'>()
export type Plate = z.infer<typeof Plate>
