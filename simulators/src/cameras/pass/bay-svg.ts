import type { Point } from '../projection.ts'
import { nearestM, type PassCamera, type Stand, seen } from './pass-camera.ts'
import { frameSize } from './plan-pass.ts'

const farM = 30
const laneHalfM = 1.55

/**
 * The empty bay from the camera's place: ground with its painted lines, the island with a pump,
 * the shop behind with a sign, sky where the camera sees it.
 *
 * @param stop - Where the car will stand; null paints no bay.
 */
export function baySvg(camera: PassCamera, stop: Stand | null): string {
  const { width, height } = frameSize
  const [, horizon] = seen(camera, 0, camera.heightM, 1_000)
  const sky = `<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#aab6c2"/><stop offset="1" stop-color="#d8dcd9"/></linearGradient><rect width="${width}" height="${height}" fill="url(#sky)"/>`
  const ground = `<linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#7b7c7f"/><stop offset="1" stop-color="#55565a"/></linearGradient><rect y="${horizon.toFixed(0)}" width="${width}" height="${height * 4}" fill="url(#ground)"/>`
  return sky + ground + (stop === null ? '' : things(camera, stop))
}

function things(camera: PassCamera, { xM, zM }: Stand): string {
  const line = (left: number, right: number, near: number, far: number, fill: string) =>
    flat(camera, fill, [
      [left, near],
      [right, near],
      [right, far],
      [left, far],
    ])
  const lanes = [-3 * laneHalfM, -laneHalfM, laneHalfM, 3 * laneHalfM].map((x) =>
    line(xM + x - 0.06, xM + x + 0.06, nearestM, farM, '#d9d4bd'),
  )
  const joints = Array.from({ length: 8 }, (_, index) =>
    line(xM - 9, xM + 9, 2 + index * 3, 2.03 + index * 3, '#5f6063'),
  )
  const side = xM > 0 ? -1 : 1
  const islandX = xM + side * (laneHalfM + 0.9)
  return [
    ...joints,
    ...lanes,
    line(xM - laneHalfM, xM + laneHalfM, zM - 0.4, zM - 0.25, '#e3c13c'),
    shop(camera, zM + 9),
    line(islandX - 0.55, islandX + 0.55, zM - 2, zM + 5, '#a9a9a4'),
    upright(camera, { x: islandX - 0.4, width: 0.8, top: 1.75, z: zM + 0.6 }, '#eceae4'),
    upright(
      camera,
      { x: islandX - 0.3, width: 0.6, top: 1.5, z: zM + 0.58, foot: 1.15 },
      '#22302c',
    ),
    upright(
      camera,
      { x: islandX - 0.4, width: 0.8, top: 1.05, z: zM + 0.58, foot: 0.9 },
      '#b3242b',
    ),
  ].join('')
}

/** A wall with windows and a sign whose blocks look like writing. */
function shop(camera: PassCamera, z: number): string {
  const wall = upright(camera, { x: -14, width: 28, top: 3.4, z }, '#cfcabd')
  const sign = upright(camera, { x: -6, width: 12, top: 3.3, z: z - 0.05, foot: 2.6 }, '#b3242b')
  const letters = Array.from({ length: 9 }, (_, index) =>
    upright(
      camera,
      { x: -4.6 + index * 1.05, width: 0.3 + (index % 3) * 0.2, top: 3.15, z: z - 0.1, foot: 2.75 },
      '#f3efe4',
    ),
  )
  const windows = [-10, -6, -2, 2, 6, 10].map((x) =>
    upright(camera, { x: x - 1.4, width: 2.8, top: 2.3, z: z - 0.05, foot: 0.6 }, '#5b6b75'),
  )
  return [wall, ...windows, sign, ...letters].join('')
}

type Upright = {
  readonly x: number
  readonly width: number
  readonly top: number
  readonly z: number
  readonly foot?: number
}

/** A rectangle that stands across the view. */
function upright(
  camera: PassCamera,
  { x, width, top, z, foot = 0 }: Upright,
  fill: string,
): string {
  return polygon(fill, [
    seen(camera, x, top, z),
    seen(camera, x + width, top, z),
    seen(camera, x + width, foot, z),
    seen(camera, x, foot, z),
  ])
}

/** Paint on the ground, from points right of and before the camera in metres. */
function flat(camera: PassCamera, fill: string, points: readonly Point[]): string {
  return polygon(
    fill,
    points.map(([x, z]) => seen(camera, x, 0, z)),
  )
}

function polygon(fill: string, points: readonly Point[]): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' ')
  return `<polygon points="${path}" fill="${fill}"/>`
}
