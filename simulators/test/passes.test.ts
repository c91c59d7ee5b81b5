import { plateTypeOf, provinces } from '@forecourt/contracts'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { motionOf, plateCorners } from '../src/cameras/pass/car-layer.ts'
import { drawPass } from '../src/cameras/pass/draw-pass.ts'
import { aimed, facing } from '../src/cameras/pass/pass-camera.ts'
import { type Pass, planPass } from '../src/cameras/pass/plan-pass.ts'
import { pickCar, plateKinds } from '../src/cameras/pass/plate-kinds.ts'
import { expose, paintOver, smear } from '../src/cameras/pass/raster.ts'
import { framesPerPass } from '../src/cameras/pass/timing.ts'
import { layoutPlate } from '../src/cameras/plate-layout.ts'
import { createRandom } from '../src/scenarios/random.ts'

const passOf = (seed: number): Pass => {
  const random = createRandom(seed)
  return planPass(random, pickCar(random, seed))
}
const anyPass = fc.nat().map(passOf)

describe('the cars of a run', () => {
  test('have every kind by its share, and every province, in a hundred visits', () => {
    const random = createRandom(1)
    const cars = Array.from({ length: 100 }, (_, index) => pickCar(random, index))
    const kinds = Map.groupBy(cars, ({ kind }) => kind)
    expect(new Set(kinds.keys())).toEqual(new Set(plateKinds))
    expect(kinds.get('blue')).toHaveLength(38)
    expect(kinds.get('yellow_two_rows')).toHaveLength(12)
    const first = Map.groupBy(cars, ({ plate }) => plate.charAt(0))
    for (const province of provinces) expect(first.get(province)?.length ?? 0).toBeGreaterThan(0)
  })

  test('bear grammatical plates that can be drawn', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(10_000), (seed, index) => {
        const { plate, look } = pickCar(createRandom(seed), index)
        expect(plateTypeOf(plate)).not.toBeNull()
        expect(layoutPlate(plate, look).glyphs).toHaveLength(plate.length)
      }),
    )
  })

  test('can be of chosen kinds only', () => {
    const cars = Array.from({ length: 20 }, (_, index) =>
      pickCar(createRandom(3), index, ['police']),
    )
    expect(new Set(cars.map(({ kind }) => kind))).toEqual(new Set(['police']))
  })
})

describe('a pass', () => {
  test('is the same for the same random stream', () => {
    for (const seed of [0, 1, 99, 123_456]) expect(passOf(seed)).toEqual(passOf(seed))
    expect(passOf(1)).not.toEqual(passOf(2))
  })

  test('has a standing car in the middle, its plate 70 to 230 pixels wide and in the picture', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        expect(pass.frames).toHaveLength(framesPerPass)
        for (const frame of pass.frames.slice(11, 21)) {
          if (frame.stands === null) throw new Error('the car is out of sight while it stands')
          expect(motionOf(pass, frame.stands)).toEqual([0, 0])
          const corners = plateCorners(pass, frame.stands[0])
          const [[left], [right]] = corners
          expect(right - left).toBeGreaterThan(70)
          expect(right - left).toBeLessThan(230)
          for (const [x, y] of corners) {
            expect(x).toBeGreaterThan(0)
            expect(x).toBeLessThan(960)
            expect(y).toBeGreaterThan(0)
            expect(y).toBeLessThan(720)
          }
        }
      }),
    )
  })

  test('brings the car in and away: before and after, its plate is elsewhere', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        const zOf = (index: number) => pass.frames[index]?.stands?.[0].zM ?? 0
        const nearer = pass.car.body === 'front' ? 1 : -1
        expect(nearer * (zOf(2) - zOf(15))).toBeGreaterThan(0.5)
        expect(Math.abs(zOf(15) - zOf(29))).toBeGreaterThan(0.5)
      }),
    )
  })

  test('has its light by day and night, rain, people and the hose in some, never in all', () => {
    const passes = Array.from({ length: 200 }, (_, seed) => passOf(seed))
    const share = (is: (pass: Pass) => boolean) => passes.filter(is).length / passes.length
    expect(new Set(passes.map(({ weather }) => weather.light)).size).toBe(5)
    for (const some of [
      share(({ weather }) => weather.rain > 0),
      share(({ weather }) => weather.fog > 0),
      share(({ frames }) => frames.some(({ person }) => person !== null)),
      share(({ frames }) => frames.some(({ hose }) => hose !== null)),
      share(({ frames }) => frames.some(({ glare }) => glare !== null)),
    ]) {
      expect(some).toBeGreaterThan(0.05)
      expect(some).toBeLessThan(0.6)
    }
  })

  test('gives the same bytes again, and frames that differ', async () => {
    const firstTwo = async () => {
      const frames = drawPass(passOf(4))
      return [(await frames.next()).value, (await frames.next()).value]
    }
    const [once, again] = [await firstTwo(), await firstTwo()]
    expect(once).toEqual(again)
    expect(once[0]).not.toEqual(once[1])
    expect(await sharp(once[0]).metadata()).toMatchObject({
      format: 'jpeg',
      width: 960,
      height: 720,
    })
  })
})

test('a camera that is aimed at a place sees it there', () => {
  const stand = { xM: 1, yM: 0.5, zM: 5, heading: 0.1 }
  const lens = { focalPx: 1_700, heightM: 2.5, roll: 0, centre: [480, 360] as const }
  const [x, y] = facing(aimed(lens, stand, [520, 400]), stand)([0, 0])
  expect(Math.abs(x - 520)).toBeLessThan(6)
  expect(Math.abs(y - 400)).toBeLessThan(6)
})

describe('the raster', () => {
  const dot = (at: number) => {
    const rgba = new Uint8Array(9 * 9 * 4)
    rgba.set([200, 100, 50, 255], at * 4)
    return { left: 0, top: 0, width: 9, height: 9, rgba }
  }

  test('smears a dot along its way, keeping its colour and all of its ink', () => {
    const smeared = smear(dot(40), 4, 0)
    const alphas = Array.from({ length: 9 }, (_, x) => smeared.rgba[(36 + x) * 4 + 3] ?? 0)
    expect(alphas.slice(2, 7).every((alpha) => alpha > 0)).toBe(true)
    expect(alphas.reduce((sum, alpha) => sum + alpha, 0)).toBeGreaterThan(250)
    expect([...smeared.rgba.subarray(40 * 4, 40 * 4 + 3)]).toEqual([200, 100, 50])
  })

  test('leaves a thing that stands still as it is', () => {
    expect(smear(dot(40), 0, 0).rgba).toEqual(dot(40).rgba)
  })

  test('paints a layer at its place, brightened, by its alpha', () => {
    const scene = { width: 4, height: 1, rgb: new Float32Array(12).fill(100) }
    const rgba = Uint8Array.from([0, 0, 0, 0, 200, 200, 200, 255])
    paintOver(scene, { left: 2, top: 0, width: 2, height: 1, rgba }, [2, 1, 0.5])
    expect([...scene.rgb]).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 100, 400, 200, 100])
  })

  test('exposes without noise as told, clipped, and grey where the camera is', () => {
    const scene = { width: 1, height: 1, rgb: Float32Array.from([100, 300, 20]) }
    const plain = {
      gain: 1,
      tint: [1, 1, 1],
      grey: false,
      noise: 0,
      fog: 0,
      fogLevel: 200,
      seed: 5,
    } as const
    expect([...expose(scene, plain)]).toEqual([100, 255, 20])
    const [red, green, blue] = expose(scene, { ...plain, grey: true })
    expect(new Set([red, green, blue]).size).toBe(1)
    expect([...expose(scene, { ...plain, fog: 1 })]).toEqual([200, 200, 200])
  })
})
