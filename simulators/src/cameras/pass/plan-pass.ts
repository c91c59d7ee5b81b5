import type { Random } from '../../scenarios/random.ts'
import { paints } from '../draw-scene.ts'
import type { Point } from '../projection.ts'
import { aimed, type PassCamera, type Stand } from './pass-camera.ts'
import { type Path, planPath, standsOf } from './path.ts'
import type { PlatedCar } from './plate-kinds.ts'
import { type Light, planWeather, type Weather } from './weather.ts'

/** One visit as a camera sees it: everything decided, nothing drawn. Pure data. */
export type Pass = {
  readonly car: PlatedCar
  readonly paint: string
  readonly camera: PassCamera
  readonly weather: Weather
  /** Mud on the plate, in millimetres from its top left. */
  readonly dirt: Dirt
  readonly frames: readonly FramePlan[]
}

export type Dirt = {
  /** Dust that grows towards the foot, 0 to 1. */
  readonly dust: number
  readonly splashes: readonly {
    readonly at: Point
    readonly radiusMm: number
    readonly opacity: number
  }[]
}

/** One frame: where things are, and what the sensor does. */
export type FramePlan = {
  /** The car's plate when the shutter opens and when it closes; null while it is out of sight. */
  readonly stands: readonly [open: Stand, close: Stand] | null
  /** A person's feet, metres right of and before the place where the car stops; null: nobody. */
  readonly person: Point | null
  /** The hose's lowest point, metres right and down of the plate; null: it hangs at the pump. */
  readonly hose: Point | null
  /** Sun or lamp light on the plate: its middle in shares of the plate, and how strong, 0 to 1. */
  readonly glare: { readonly at: Point; readonly strength: number } | null
  readonly shakePx: Point
  readonly gain: number
  readonly noise: number
  readonly defocusPx: number
  readonly jpegQuality: number
}

export const frameSize = { width: 960, height: 720 } as const

/** Plans one visit. The same random stream gives the same pass. */
export function planPass(random: Random, car: PlatedCar, light?: Light): Pass {
  const path = planPath(random, car.body)
  const camera = planCamera(random, path)
  const weather = planWeather(random, car.body, light)
  const stands = standsOf(path, weather.exposureS)
  const sights = {
    person: planPerson(random),
    hose: planHose(random),
    glare: planGlare(random, weather),
  }
  return {
    car,
    paint: random.pick(paints),
    camera,
    weather,
    dirt: planDirt(random),
    frames: stands.map((stand, index) => ({
      stands: stand,
      person: sights.person(index),
      hose: sights.hose(index),
      glare: sights.glare(index),
      ...planSensor(random, weather),
    })),
  }
}

/** The plate of the standing car is 90 to 210 pixels wide, somewhere round the middle. */
function planCamera(random: Random, { stop }: Path): PassCamera {
  const widthPx = random.between(90, 210)
  const ahead = Math.hypot(stop.xM, stop.zM)
  const camera = {
    focalPx: (widthPx * ahead) / 0.44,
    heightM: 1.6 + random.next() * 1.6,
    roll: (random.next() - 0.5) * 0.08,
    centre: [frameSize.width / 2, frameSize.height / 2] as const,
  }
  return aimed(camera, stop, [random.between(360, 600), random.between(330, 470)])
}

type At<T> = (frame: number) => T | null

/** In every third pass somebody walks by while the car stands. */
function planPerson(random: Random): At<Point> {
  const comes = random.next() < 0.35
  const [first, steps] = [random.between(9, 15), random.between(5, 8)]
  const [way, before] = [random.next() < 0.5 ? 1 : -1, 0.5 + random.next() * 0.8]
  return (frame) => {
    const share = (frame - first) / steps
    return comes && share >= 0 && share <= 1 ? [way * (share - 0.5) * 3.2, before] : null
  }
}

/** In every third pass the hose is carried across the picture and then lies beside the plate. */
function planHose(random: Random): At<Point> {
  const isSeen = random.next() < 0.35
  const [first, last] = [random.between(10, 12), random.between(18, 20)]
  const [side, restM] = [random.next() < 0.5 ? 1 : -1, 0.34 + random.next() * 0.3]
  const swings = random.next() < 0.5
  return (frame) => {
    if (!isSeen || frame < first || frame > last) return null
    const share = Math.min(1, (frame - first) / 4)
    const across = swings ? restM - (1 - share) * 2 * restM : restM + (1 - share) * 0.5
    return [side * across, 0.05 + 0.1 * share]
  }
}

/** Light that wanders over the plate while the car comes in, or stays a while. */
function planGlare(random: Random, { light }: Weather): At<{ at: Point; strength: number }> {
  const chance = light === 'low_sun' ? 0.9 : light === 'night' ? 0.5 : 0.15
  const comes = random.next() < chance
  const [first, frames] = [random.between(2, 14), random.between(3, 7)]
  const [from, drift] = [random.next() * 1.4 - 0.2, (random.next() - 0.5) * 0.5]
  const most = 0.35 + random.next() * 0.6
  return (frame) => {
    const share = (frame - first) / frames
    if (!comes || share < 0 || share > 1) return null
    return {
      at: [from + drift * share, 0.4],
      strength: most * Math.sin(Math.PI * (0.1 + 0.8 * share)),
    }
  }
}

function planDirt(random: Random): Dirt {
  const amount = random.next() < 0.3 ? random.next() : random.next() * 0.25
  const splashes = Array.from({ length: Math.round(amount * 45) }, () => ({
    at: [random.next() * 440, random.next() * 140] as const,
    radiusMm: 1 + random.next() ** 2 * 7,
    opacity: 0.2 + random.next() * 0.45,
  }))
  return { dust: amount * 0.4, splashes }
}

function planSensor(random: Random, weather: Weather) {
  return {
    shakePx: [random.next() * 3 - 1.5, random.next() * 3 - 1.5] as const,
    gain: weather.gain * (0.94 + random.next() * 0.12),
    noise: weather.noise * (0.85 + random.next() * 0.3),
    defocusPx: weather.defocusPx,
    jpegQuality: weather.jpegQuality + random.between(-3, 3),
  }
}
