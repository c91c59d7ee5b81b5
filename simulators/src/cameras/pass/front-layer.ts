import { createRandom } from '../../scenarios/random.ts'
import { lampsMetres } from '../car-bodies.ts'
import { facing, seen } from './pass-camera.ts'
import { type FramePlan, frameSize, type Pass } from './plan-pass.ts'
import type { Box } from './raster.ts'
import { timeStampSvg } from './time-stamp.ts'

/**
 * Everything between the car and the camera's chip: lamps' glow, people, the hose, rain, the clock.
 * The box holds it all; null when that is the whole frame.
 */
export function frontSvg(
  pass: Pass,
  frame: FramePlan,
  index: number,
): { readonly body: string; readonly box: Box | null } {
  const things =
    lampSvg(pass, frame) + personSvg(pass, frame) + hoseSvg(pass, frame) + rainSvg(pass, index)
  const clock = timeStampSvg(pass.weather.seed, index)
  return { body: things + clock.body, box: things === '' ? clock.box : null }
}

/** Light that blooms round lit lamps: wide for head lamps that look at the camera, red for tail lamps. */
function lampSvg({ camera, car, weather }: Pass, { stands }: FramePlan): string {
  if (stands === null || weather.lamps === 0) return ''
  const colour = car.body === 'front' ? '#fff8e2' : '#ff4a35'
  const radius = ((car.body === 'front' ? 0.55 : 0.28) * camera.focalPx) / stands[0].zM
  const project = facing(camera, stands[0])
  const stop = (offset: number, opacity: number) =>
    `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${(opacity * weather.lamps).toFixed(2)}"/>`
  const glows = lampsMetres[car.body].map((lamp) => {
    const [x, y] = project(lamp)
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="url(#lamp)"/>`
  })
  return `<radialGradient id="lamp">${stop(0, 1)}${stop(0.18, 0.9)}${stop(0.45, 0.3)}${stop(1, 0)}</radialGradient>${glows.join('')}`
}

/** Legs, a coat, arms and a head, 1.72 m high, in dark clothes. */
function personSvg({ camera, weather, ...pass }: Pass, { person }: FramePlan): string {
  const standing = pass.frames[Math.floor(pass.frames.length / 2)]?.stands?.[0]
  if (person === null || standing === undefined) return ''
  const zM = Math.max(1.6, standing.zM - person[1])
  const [x, y] = seen(camera, standing.xM + person[0], 0, zM)
  const perM = camera.focalPx / zM
  const shade = Math.round(60 * weather.body)
  const coat = `rgb(${shade + 12} ${shade + 16} ${shade + 30})`
  const trousers = `rgb(${shade} ${shade} ${shade + 6})`
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(perM / 100).toFixed(4)})">
    <rect x="-19" y="-88" width="16" height="88" rx="7" fill="${trousers}"/><rect x="3" y="-86" width="16" height="86" rx="7" fill="${trousers}"/>
    <rect x="-24" y="-150" width="48" height="78" rx="16" fill="${coat}"/><rect x="-34" y="-146" width="12" height="64" rx="6" fill="${coat}"/><rect x="22" y="-146" width="12" height="64" rx="6" fill="${coat}"/>
    <circle cx="0" cy="-162" r="11" fill="rgb(${shade + 90} ${shade + 62} ${shade + 48})"/></g>`
}

/** A hose of 35 mm from the upper edge down to its lowest point and up to the car's side. */
function hoseSvg({ camera }: Pass, { hose, stands }: FramePlan): string {
  if (hose === null || stands === null) return ''
  const project = facing(camera, stands[0])
  const [x, y] = project(hose)
  const [ex, ey] = project([hose[0] < 0 ? -1.1 : 1.1, -0.5])
  const width = (0.035 * camera.focalPx) / stands[0].zM
  const path = `M${(x + ex) / 2} -20C${x} ${y * 0.5} ${x - width} ${y} ${x} ${y}S${ex} ${y} ${ex} ${ey}`
  return `<path d="${path}" fill="none" stroke="#141414" stroke-width="${width.toFixed(1)}"/><path d="${path}" fill="none" stroke="#4a4a4a" stroke-width="${(width * 0.25).toFixed(1)}"/>`
}

/** Streaks, new in every frame, and drops on the lens, which stay. */
function rainSvg({ weather }: Pass, index: number): string {
  if (weather.rain === 0) return ''
  const falling = createRandom(weather.seed + index)
  const streaks = Array.from({ length: Math.round(160 * weather.rain) }, () => {
    const [x, y, length] = [
      falling.next() * frameSize.width,
      falling.next() * frameSize.height,
      falling.between(10, 34),
    ]
    return `M${x.toFixed(0)} ${y.toFixed(0)}l${(-length * 0.16).toFixed(1)} ${length}`
  })
  const lens = createRandom(weather.seed)
  const drops = Array.from({ length: Math.round(9 * weather.rain) }, () => {
    const radius = lens.between(8, 30)
    return `<circle cx="${lens.between(0, frameSize.width)}" cy="${lens.between(0, frameSize.height)}" r="${radius}" fill="url(#drop)"/>`
  })
  return `<radialGradient id="drop"><stop offset="0" stop-color="#dfe6ea" stop-opacity="0.5"/><stop offset="0.7" stop-color="#cfd6da" stop-opacity="0.3"/><stop offset="1" stop-color="#cfd6da" stop-opacity="0"/></radialGradient>
    <path d="${streaks.join('')}" stroke="#e6ecf0" stroke-width="1.1" stroke-opacity="0.3" fill="none"/>${drops.join('')}`
}
