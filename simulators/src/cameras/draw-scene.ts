import sharp from 'sharp'
import { createRandom, type Random, seedOf } from '../scenarios/random.ts'
import { drawPlate } from './draw-plate.ts'

export const sceneSize = { width: 960, height: 720 } as const

/** A scene wider than the frame, so that each frame can look from a slightly other place. */
export const sceneMarginPx = 8

const paints = ['#e8eaed', '#2b2f36', '#8d1f26', '#27405f', '#9aa0a8', '#6b7a5e'] as const

/**
 * A bay with the rear of a car in it, or empty. The same plate always stands on the same car.
 *
 * @returns Raw RGB of `sceneSize` plus the margin on every side.
 * @throws {RangeError} for plates that cannot be drawn.
 */
export async function drawScene(plate: string | null): Promise<Buffer> {
  const random = createRandom(seedOf(plate ?? 'empty'))
  const width = sceneSize.width + 2 * sceneMarginPx
  const height = sceneSize.height + 2 * sceneMarginPx
  const background = sharp(Buffer.from(sceneSvg({ width, height, plate, random })))
  if (plate === null) return background.removeAlpha().raw().toBuffer()
  const mounted = await mountPlate(plate, random)
  return background.composite([mounted]).removeAlpha().raw().toBuffer()
}

const plateCentre = { x: 488, y: 476 } as const
const plateWidthPx = { low: 150, high: 190 } as const
const tiltMaxDegrees = 2

async function mountPlate(plate: string, random: Random) {
  const picture = await drawPlate(plate)
  const width = random.between(plateWidthPx.low, plateWidthPx.high)
  const tilt = (random.next() * 2 - 1) * tiltMaxDegrees
  const small = await sharp(picture.png).resize({ width }).png().toBuffer()
  const { data, info } = await sharp(small)
    .rotate(tilt, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true })
  const left = plateCentre.x - Math.round(info.width / 2)
  return { input: data, left, top: plateCentre.y - Math.round(info.height / 2) }
}

type Scene = {
  readonly width: number
  readonly height: number
  readonly plate: string | null
  readonly random: Random
}

function sceneSvg({ width, height, plate, random }: Scene): string {
  const car = plate === null ? '' : carSvg(random.pick(paints))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#aab6c2"/><stop offset="1" stop-color="#d8dcd9"/></linearGradient>
      <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#76777a"/><stop offset="1" stop-color="#4c4d50"/></linearGradient>
      <linearGradient id="glass" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#1d2630"/><stop offset="0.5" stop-color="#55646f"/><stop offset="1" stop-color="#1b232b"/></linearGradient>
      <linearGradient id="shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.28"/><stop offset="0.45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.35"/></linearGradient>
    </defs>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>
    <rect y="330" width="${width}" height="${height}" fill="url(#ground)"/>
    <rect y="34" width="${width}" height="46" fill="#e7e3da"/><rect y="80" width="${width}" height="7" fill="#b3242b"/>
    <rect x="58" y="87" width="34" height="360" fill="#c9c9c4"/><rect x="884" y="87" width="34" height="360" fill="#bcbcb7"/>
    <rect x="846" y="250" width="104" height="240" rx="6" fill="#eceae4"/><rect x="858" y="272" width="80" height="52" fill="#2c3a36"/>
    <path d="M0 640 L${width} 600 L${width} 616 L0 660 Z" fill="#d9d4bd" opacity="0.55"/>
    ${car}
  </svg>`
}

function carSvg(paint: string): string {
  return `
    <ellipse cx="488" cy="640" rx="370" ry="34" fill="#1f2022" opacity="0.75"/>
    <rect x="186" y="560" width="96" height="86" rx="18" fill="#17181a"/><rect x="694" y="560" width="96" height="86" rx="18" fill="#17181a"/>
    <path d="M262 336 Q292 196 350 184 Q488 170 626 184 Q684 196 714 336 Z" fill="${paint}"/>
    <path d="M292 330 Q318 214 366 204 Q488 192 610 204 Q658 214 684 330 Z" fill="url(#glass)"/>
    <path d="M166 402 Q182 336 262 330 L714 330 Q794 336 810 402 L818 560 Q816 606 770 610 L206 610 Q160 606 158 560 Z" fill="${paint}"/>
    <path d="M166 402 Q182 336 262 330 L714 330 Q794 336 810 402 L818 560 Q816 606 770 610 L206 610 Q160 606 158 560 Z" fill="url(#shade)"/>
    <path d="M182 386 Q240 372 312 384 L318 444 Q250 452 176 440 Z" fill="#a3131b"/><path d="M794 386 Q736 372 664 384 L658 444 Q726 452 800 440 Z" fill="#a3131b"/>
    <path d="M196 400 Q250 390 304 398 L306 412 Q250 406 194 416 Z" fill="#f0603f"/><path d="M780 400 Q726 390 672 398 L670 412 Q726 406 782 416 Z" fill="#f0603f"/>
    <rect x="366" y="430" width="244" height="92" rx="10" fill="#000" opacity="0.22"/>
    <path d="M166 548 L810 548 L812 564 L164 564 Z" fill="#000" opacity="0.35"/>
    <ellipse cx="488" cy="372" rx="18" ry="12" fill="none" stroke="#d7dade" stroke-width="4"/>
    <rect x="250" y="588" width="70" height="16" rx="8" fill="#3a3b3d"/><rect x="656" y="588" width="70" height="16" rx="8" fill="#3a3b3d"/>`
}
