import { bodyFrame, bodySvg } from '../car-bodies.ts'
import { layoutPlate } from '../plate-layout.ts'
import { plateSvg } from '../plate-svg.ts'
import { asMatrix, type Corners, type Point, type Projection, toCorners } from '../projection.ts'
import { facing, type Stand } from './pass-camera.ts'
import type { Dirt, FramePlan, Pass } from './plan-pass.ts'

/** The plate's corners in the picture, top left first, for a stand. */
export function plateCorners(pass: Pass, stand: Stand): Corners {
  const { widthMm, heightMm } = layoutPlate(pass.car.plate, pass.car.look)
  const project = facing(pass.camera, stand)
  const [right, down] = [widthMm / 2_000, heightMm / 2_000]
  return [
    project([-right, -down]),
    project([right, -down]),
    project([right, down]),
    project([-right, down]),
  ]
}

/** The car without its plate. */
export function carSvg(pass: Pass, stand: Stand): string {
  const { plateX, plateY, perMetre } = bodyFrame
  const project: Projection = ([x, y]) =>
    facing(pass.camera, stand)([(x - plateX) / perMetre, (y - plateY) / perMetre])
  const matrix = asMatrix(project, [plateX, plateY])
  return `<g transform="${matrix}">${bodySvg(pass.car.body, pass.paint)}</g>`
}

/** Points around everything that `carSvg` draws. */
export function carOutline(pass: Pass, stand: Stand): readonly Point[] {
  const project = facing(pass.camera, stand)
  const [aside, above, below] = pass.car.body === 'truck' ? [1.4, 2.1, 0.85] : [1.2, 1, 0.6]
  return [
    project([-aside, -above]),
    project([aside, -above]),
    project([aside, below]),
    project([-aside, below]),
  ]
}

/** The plate with its dirt and the light on it, and points around it all. */
export function platedSvg(
  pass: Pass,
  stand: Stand,
  glare: FramePlan['glare'],
): readonly [drawing: string, extent: readonly Point[]] {
  const layout = layoutPlate(pass.car.plate, pass.car.look)
  const corners = plateCorners(pass, stand)
  const project = toCorners(layout.widthMm, layout.heightMm, corners)
  const plate =
    plateSvg(layout, corners, 'plate') + dirtSvg(pass.dirt, project, corners, layout.heightMm / 140)
  if (glare === null) return [plate, corners]
  const spot = glareSpot(glare, corners)
  const { x, y, radius } = spot
  const extent = [...corners, [x - radius, y - radius] as const, [x + radius, y + radius] as const]
  return [plate + glareSvg(spot), extent]
}

function dirtSvg(
  { dust, splashes }: Dirt,
  project: Projection,
  corners: Corners,
  stretch: number,
): string {
  const outline = corners.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')
  const [, [x1, y1], [x2, y2]] = corners
  const blots = splashes.map(({ at: [x, y], radiusMm, opacity }) => {
    const [cx, cy] = project([x, y * stretch])
    const [ex] = project([x + radiusMm, y * stretch])
    return `<circle cx="${cx.toFixed(2)}" cy="${cy.toFixed(2)}" r="${Math.abs(ex - cx).toFixed(2)}" fill="#5d4e3c" fill-opacity="${opacity.toFixed(2)}"/>`
  })
  return `<linearGradient id="dust" gradientUnits="userSpaceOnUse" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">
      <stop offset="0" stop-color="#8d7c64" stop-opacity="0"/><stop offset="1" stop-color="#8d7c64" stop-opacity="${dust.toFixed(2)}"/></linearGradient>
    <path d="M${outline}Z" fill="url(#dust)"/>${blots.join('')}`
}

type Spot = {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly strength: number
}

/** A soft bright spot, larger than the plate is high. */
function glareSpot({ at, strength }: NonNullable<FramePlan['glare']>, corners: Corners): Spot {
  const [x, y] = toCorners(1, 1, corners)(at)
  return { x, y, radius: widthOf(corners) * (0.22 + 0.3 * strength), strength }
}

function glareSvg({ x, y, radius, strength }: Spot): string {
  const stop = (offset: number, opacity: number) =>
    `<stop offset="${offset}" stop-color="#fffdf4" stop-opacity="${opacity.toFixed(2)}"/>`
  return `<radialGradient id="glare">${stop(0, strength)}${stop(0.45, strength * 0.45)}${stop(1, 0)}</radialGradient>
    <circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="url(#glare)"/>`
}

function widthOf([[x0, y0], [x1, y1]]: Corners): number {
  return Math.hypot(x1 - x0, y1 - y0)
}

/** How far the plate moves while the shutter is open, in pixels. */
export function motionOf(pass: Pass, [open, close]: readonly [Stand, Stand]): Point {
  const [x0, y0] = facing(pass.camera, open)([0, 0])
  const [x1, y1] = facing(pass.camera, close)([0, 0])
  return [x1 - x0, y1 - y0]
}
