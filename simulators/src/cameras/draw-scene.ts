import sharp from 'sharp'
import { createRandom, type Random, seedOf } from '../scenarios/random.ts'
import { bodyFrame, bodySvg } from './car-bodies.ts'
import { layoutPlate } from './plate-layout.ts'
import { plateSvg } from './plate-svg.ts'
import type { Corners, Point } from './projection.ts'
import { stationSvg } from './station-svg.ts'

export const sceneSize = { width: 960, height: 720 } as const

/** A scene wider than the frame, so that each frame can look from a slightly other place. */
export const sceneMarginPx = 8

export const paints = ['#e8eaed', '#2b2f36', '#8d1f26', '#27405f', '#9aa0a8', '#6b7a5e'] as const

/**
 * A bay with the rear of a car in it, or empty. The same plate always stands on the same car.
 *
 * @returns Raw RGB of `sceneSize` plus the margin on every side.
 * @throws {RangeError} for a text that no plate bears.
 */
export async function drawScene(plate: string | null): Promise<Buffer> {
  const random = createRandom(seedOf(plate ?? 'empty'))
  const width = sceneSize.width + 2 * sceneMarginPx
  const height = sceneSize.height + 2 * sceneMarginPx
  const car = plate === null ? '' : carWithPlate(plate, random)
  const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${stationSvg({ width, height })}${car}</svg>`
  return await sharp(Buffer.from(scene)).removeAlpha().raw().toBuffer()
}

const plateWidthPx = { low: 150, high: 190 } as const
const tiltMaxDegrees = 2

function carWithPlate(plate: string, random: Random): string {
  const body = bodySvg('rear', random.pick(paints))
  const layout = layoutPlate(plate)
  const widthPx = random.between(plateWidthPx.low, plateWidthPx.high)
  const heightPx = (widthPx * layout.heightMm) / layout.widthMm
  const tilt = ((random.next() * 2 - 1) * tiltMaxDegrees * Math.PI) / 180
  return body + plateSvg(layout, turned(widthPx, heightPx, tilt), 'plate')
}

/** A rectangle round the place of the plate, turned by an angle in radians. */
function turned(widthPx: number, heightPx: number, angle: number): Corners {
  const corner = (x: number, y: number): Point => [
    bodyFrame.plateX + (x * Math.cos(angle) - y * Math.sin(angle)),
    bodyFrame.plateY + (x * Math.sin(angle) + y * Math.cos(angle)),
  ]
  const [x, y] = [widthPx / 2, heightPx / 2]
  return [corner(-x, -y), corner(x, -y), corner(x, y), corner(-x, y)]
}
