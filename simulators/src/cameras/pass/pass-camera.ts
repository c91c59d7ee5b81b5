import type { Point, Projection } from '../projection.ts'

/** A camera on a pole: the origin is the ground below it, x right, y up, z ahead, in metres. */
export type PassCamera = {
  readonly focalPx: number
  readonly heightM: number
  /** Turned right, bent down, rolled clockwise; radians. */
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly centre: Point
}

/** Where a car's plate stands: its centre, and how far the car is turned to the right. */
export type Stand = {
  readonly xM: number
  readonly yM: number
  readonly zM: number
  readonly heading: number
}

/** Nearer than this nothing is seen: the lens has no eyes for its own pole. */
export const nearestM = 1.2

/** Where a point of the world appears, in pixels. */
export function seen(camera: PassCamera, x: number, y: number, z: number): Point {
  const { focalPx, heightM, yaw, pitch, roll, centre } = camera
  const [sideways, depth] = turn(x, z, yaw)
  const [down, ahead] = turn(heightM - y, depth, pitch)
  const scale = focalPx / Math.max(ahead, 0.05)
  const [right, below] = turn(sideways * scale, down * scale, roll)
  return [centre[0] + right, centre[1] + below]
}

function turn(a: number, b: number, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [a * cos - b * sin, a * sin + b * cos]
}

/** The flat back or front of a car: metres right and down of its plate's centre, to pixels. */
export function facing(camera: PassCamera, stand: Stand): Projection {
  const [cos, sin] = [Math.cos(stand.heading), Math.sin(stand.heading)]
  return ([right, down]) =>
    seen(camera, stand.xM + right * cos, stand.yM - down, stand.zM + right * sin)
}

/** Looks so that a place of the world appears near a point of the picture. */
export function aimed(
  camera: Omit<PassCamera, 'yaw' | 'pitch'>,
  target: Pick<Stand, 'xM' | 'yM' | 'zM'>,
  at: Point,
): PassCamera {
  const [dx, dy] = [
    (at[0] - camera.centre[0]) / camera.focalPx,
    (at[1] - camera.centre[1]) / camera.focalPx,
  ]
  const yaw = Math.atan2(target.xM, target.zM) - Math.atan(dx)
  const ahead = Math.hypot(target.xM, target.zM)
  const pitch = Math.atan2(camera.heightM - target.yM, ahead) - Math.atan(dy)
  return { ...camera, yaw, pitch }
}
