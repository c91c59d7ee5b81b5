import type { Random } from '../../scenarios/random.ts'
import type { BodyKind } from '../car-bodies.ts'

export const lights = ['day', 'low_sun', 'dusk', 'night', 'infrared'] as const
export type Light = (typeof lights)[number]

/** What light and sky do to every frame of a pass. */
export type Weather = {
  readonly light: Light
  /** Rain, 0 none to 1 a downpour; fog likewise. */
  readonly rain: number
  readonly fog: number
  /** The shutter's time in seconds: the darker, the longer. */
  readonly exposureS: number
  /** Brightness of surroundings, of bodies and of plates, which throw lamp light back. */
  readonly ambient: number
  readonly body: number
  readonly plate: number
  /** Factors of red, green and blue; `grey` cameras see no colour. */
  readonly tint: readonly [number, number, number]
  readonly grey: boolean
  /** Head or tail lamps are lit, this brightly, 0 to 1. */
  readonly lamps: number
  readonly gain: number
  /** Standard deviation of the sensor's noise, in levels of 255. */
  readonly noise: number
  readonly defocusPx: number
  readonly jpegQuality: number
  /** Fixes drops on the lens and the like. */
  readonly seed: number
}

type Sky = Pick<Weather, 'exposureS' | 'ambient' | 'body' | 'plate' | 'tint' | 'grey' | 'noise'> & {
  readonly lamps: number
}

const skies: Readonly<Record<Light, Sky>> = {
  day: {
    exposureS: 1 / 250,
    ambient: 1,
    body: 1,
    plate: 1,
    tint: [1, 1, 1],
    grey: false,
    noise: 3,
    lamps: 0,
  },
  low_sun: {
    exposureS: 1 / 250,
    ambient: 1.08,
    body: 1.05,
    plate: 1.1,
    tint: [1.08, 1, 0.86],
    grey: false,
    noise: 3,
    lamps: 0,
  },
  dusk: {
    exposureS: 1 / 80,
    ambient: 0.55,
    body: 0.55,
    plate: 0.7,
    tint: [0.92, 0.97, 1.1],
    grey: false,
    noise: 7,
    lamps: 0.5,
  },
  night: {
    exposureS: 1 / 60,
    ambient: 0.3,
    body: 0.34,
    plate: 0.74,
    tint: [1.1, 1, 0.82],
    grey: false,
    noise: 11,
    lamps: 0.9,
  },
  infrared: {
    exposureS: 1 / 100,
    ambient: 0.18,
    body: 0.3,
    plate: 0.95,
    tint: [1, 1, 1],
    grey: true,
    noise: 8,
    lamps: 0.35,
  },
}

/** Shares of the lights in a hundred visits. */
const lightShares: readonly (readonly [Light, number])[] = [
  ['day', 40],
  ['low_sun', 15],
  ['dusk', 15],
  ['night', 20],
  ['infrared', 10],
]

export function planWeather(random: Random, body: BodyKind, given?: Light): Weather {
  const light = given ?? pickLight(random)
  const sky = skies[light]
  const vary = () => 0.88 + random.next() * 0.24
  return {
    light,
    ...sky,
    rain: random.next() < 0.22 ? 0.2 + random.next() * 0.8 : 0,
    fog: random.next() < 0.12 ? 0.15 + random.next() * 0.35 : 0,
    exposureS: sky.exposureS * (0.6 + random.next() * 0.8),
    ambient: sky.ambient * vary(),
    body: sky.body * vary(),
    plate: sky.plate * vary(),
    lamps: body === 'front' ? sky.lamps : sky.lamps * 0.5,
    gain: 0.86 + random.next() * 0.28,
    noise: sky.noise * (0.7 + random.next() * 0.7),
    defocusPx: random.next() < 0.4 ? random.next() * 0.9 : 0,
    jpegQuality: random.between(48, 88),
    seed: random.between(0, 0x7fff_ffff),
  }
}

function pickLight(random: Random): Light {
  let left = random.next() * lightShares.reduce((sum, [, share]) => sum + share, 0)
  for (const [light, share] of lightShares) {
    left -= share
    if (left < 0) return light
  }
  return 'day'
}
