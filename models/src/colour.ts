import type { PlateColour, PlateType } from '@forecourt/contracts'
import { coloursOf } from '@forecourt/contracts'
import type { Crop } from './rectify.ts'

/** A colour needs this share of the crop's pixels; ground is about two thirds of a plate. */
const shareMin = 0.3
/** And this many times the runner-up's. */
const leadMin = 1.4

/** The colour of the ground, or null when the crop does not say clearly (night, glare, dirt). */
export function colourOf(crop: Crop): PlateColour | null {
  const counts = countColours(crop)
  const pixels = crop.widthPx * crop.heightPx
  if (counts.green / pixels >= 0.15 && counts.yellow / pixels >= 0.15) return 'yellow_green'
  const [first, second] = Object.entries(counts).sort((a, b) => b[1] - a[1])
  if (first === undefined || second === undefined) return null
  if (first[1] < shareMin * pixels || first[1] < leadMin * second[1]) return null
  return groundOf(first[0], counts, pixels)
}

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

function groundOf(name: string, counts: Counts, pixels: number): PlateColour | null {
  if (name === 'blue' || name === 'yellow' || name === 'green') return name
  const tint = Math.max(counts.blue, counts.green, counts.yellow) / pixels
  if (tint > 0.15) return null
  return name === 'white' || name === 'black' ? name : null
}

function countColours({ rgb }: Crop): Counts {
  const counts = { blue: 0, yellow: 0, green: 0, white: 0, black: 0, other: 0 }
  for (let i = 0; i < rgb.length; i += 3)
    counts[nameOf(rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0)] += 1
  return counts
}

/** Hue ranges in degrees of the painted grounds. */
const hues = [
  { name: 'yellow', from: 25, to: 75 },
  { name: 'green', from: 75, to: 190 },
  { name: 'blue', from: 190, to: 260 },
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
