import type { PlateColour, PlateType } from '@forecourt/contracts'
import { coloursOf } from '@forecourt/contracts'
import type { Crop } from './rectify.ts'

/**
 * Each painted ground's least share of the crop. Green is small: a new-energy plate fades to
 * white, and in strong light only its foot is green.
 */
const shareMin = { blue: 0.25, yellow: 0.3, green: 0.08 } as const
/** A paint needs this many times the next one's share. */
const leadMin = 1.4
/** White and black plates have this share of it, and less paint than `paintMax` around them. */
const greyMin = 0.45
const paintMax = 0.05

/** The colour of the ground, or null when the crop does not say clearly (night, glare, dirt). */
export function colourOf(crop: Crop): PlateColour | null {
  const counts = countColours(crop)
  const pixels = crop.widthPx * crop.heightPx
  const shares = paints.map((name) => ({ name, share: counts[name] / pixels }))
  const [first, second] = shares.sort((a, b) => b.share - a.share)
  if (first === undefined || second === undefined) return null
  const green = counts.green / pixels
  if (green >= 0.15 && counts.yellow / pixels >= 0.15) return 'yellow_green'
  if (first.share >= shareMin[first.name] && first.share >= leadMin * second.share)
    return first.name
  if (first.share > paintMax) return null
  if (counts.white / pixels >= greyMin) return 'white'
  return counts.black / pixels >= greyMin ? 'black' : null
}

const paints = ['blue', 'yellow', 'green'] as const

/**
 * Whether a type of plate is painted so. A small new-energy plate fades from white to green and
 * night makes any plate grey, so white and black prove nothing against the coloured types.
 */
export function agreesWith(colour: PlateColour | null, type: PlateType): boolean | null {
  if (colour === null) return null
  if (coloursOf(type).includes(colour)) return true
  if (colour === 'white' || colour === 'black') return null
  if (colour === 'yellow_green' && type === 'new_energy_small') return null
  return false
}

type Counts = Readonly<Record<'blue' | 'yellow' | 'green' | 'white' | 'black' | 'other', number>>

function countColours({ rgb }: Crop): Counts {
  const counts = { blue: 0, yellow: 0, green: 0, white: 0, black: 0, other: 0 }
  for (let i = 0; i < rgb.length; i += 3)
    counts[nameOf(rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0)] += 1
  return counts
}

/** Hue ranges in degrees of the painted grounds. */
const hues = [
  { name: 'yellow', from: 25, to: 75 },
  { name: 'green', from: 75, to: 170 },
  { name: 'blue', from: 170, to: 260 },
] as const

/** By hue where there is enough of it, else by lightness. */
function nameOf(r: number, g: number, b: number): keyof Counts {
  const most = Math.max(r, g, b)
  const spread = most - Math.min(r, g, b)
  if (most < 60 && spread < 40) return 'black'
  if (spread < 0.2 * most) return greyOf(most)
  const hue = hueOf(r, g, b, most, spread)
  return hues.find(({ from, to }) => hue >= from && hue < to)?.name ?? 'other'
}

function greyOf(lightness: number): keyof Counts {
  if (lightness > 130) return 'white'
  return lightness < 80 ? 'black' : 'other'
}

function hueOf(r: number, g: number, b: number, most: number, spread: number): number {
  if (most === r) return (((g - b) / spread) * 60 + 360) % 360
  if (most === g) return ((b - r) / spread) * 60 + 120
  return ((r - g) / spread) * 60 + 240
}
