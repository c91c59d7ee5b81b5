import sharp from 'sharp'
import { createRandom } from '../../scenarios/random.ts'
import type { Point } from '../projection.ts'
import { baySvg } from './bay-svg.ts'
import { carOutline, carSvg, motionOf, platedSvg } from './car-layer.ts'
import { frontSvg } from './front-layer.ts'
import type { Stand } from './pass-camera.ts'
import { type FramePlan, frameSize, type Pass } from './plan-pass.ts'
import { type Box, expose, type Layer, paintOver, type Scene, smear } from './raster.ts'

/** Draws the frames of a pass one after another, as JPEG. The same pass gives the same bytes. */
export async function* drawPass(pass: Pass): AsyncGenerator<Buffer> {
  const bay = await drawBay(pass)
  for (const [index, frame] of pass.frames.entries()) yield await drawFrame(pass, frame, index, bay)
}

/** The empty bay as light that reaches the lens. */
async function drawBay({ camera, weather, frames }: Pass): Promise<Scene> {
  const stop = frames[Math.floor(frames.length / 2)]?.stands?.[0]
  const layer = await rasterise(baySvg(camera, stop ?? null), wholeFrame)
  const { width, height } = frameSize
  const scene = { width, height, rgb: new Float32Array(width * height * 3) }
  const { ambient } = weather
  paintOver(scene, layer, [ambient, ambient, ambient])
  return scene
}

async function drawFrame(pass: Pass, frame: FramePlan, index: number, bay: Scene): Promise<Buffer> {
  const { weather } = pass
  const scene = { ...bay, rgb: bay.rgb.slice() }
  if (frame.stands !== null) await paintCar(scene, pass, frame, frame.stands)
  const front = frontSvg(pass, frame, index)
  paintOver(scene, await rasterise(front.body, front.box ?? wholeFrame), [1, 1, 1])
  const random = createRandom(weather.seed ^ (index * 0x9e37))
  const picture = expose(scene, {
    gain: frame.gain,
    tint: weather.tint,
    grey: weather.grey,
    noise: frame.noise,
    fog: weather.fog,
    fogLevel: 205 * Math.min(1, weather.ambient),
    seed: random.between(0, 0xffff),
  })
  const raw = { width: frameSize.width, height: frameSize.height, channels: 3 } as const
  const developed = sharp(picture, { raw })
  const focused = frame.defocusPx >= 0.3 ? developed.blur(frame.defocusPx) : developed
  return await focused.jpeg({ quality: frame.jpegQuality }).toBuffer()
}

/** Body and plate each in their own light, both blurred by the way the car makes meanwhile. */
async function paintCar(
  scene: Scene,
  pass: Pass,
  frame: FramePlan,
  stands: readonly [Stand, Stand],
): Promise<void> {
  const [dx, dy] = motionOf(pass, stands)
  const { body, plate } = pass.weather
  const reachPx = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))) + 4
  const paint = async (drawing: string, points: readonly Point[], gain: number) => {
    const box = boxAround(points, reachPx)
    if (box === null) return
    const layer = await rasterise(shaken(frame, drawing), box)
    paintOver(scene, smear(layer, dx, dy), [gain, gain, gain])
  }
  await paint(carSvg(pass, stands[0]), carOutline(pass, stands[0]), body)
  const [drawing, extent] = platedSvg(pass, stands[0], frame.glare)
  await paint(drawing, extent, plate)
}

/** The pixels that the points span, with a margin; null when they are all out of sight. */
function boxAround(points: readonly Point[], marginPx: number): Box | null {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value))
  const left = within(Math.floor(Math.min(...xs) - marginPx), frameSize.width)
  const top = within(Math.floor(Math.min(...ys) - marginPx), frameSize.height)
  const width = within(Math.ceil(Math.max(...xs) + marginPx), frameSize.width) - left
  const height = within(Math.ceil(Math.max(...ys) + marginPx), frameSize.height) - top
  return width < 2 || height < 2 ? null : { left, top, width, height }
}

function shaken({ shakePx: [x, y] }: FramePlan, body: string): string {
  return `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">${body}</g>`
}

const wholeFrame: Box = { left: 0, top: 0, ...frameSize }

/** Draws a part of the frame. */
async function rasterise(body: string, box: Box): Promise<Layer> {
  const { left, top, width, height } = box
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${body}</svg>`
  return { ...box, rgba: await sharp(Buffer.from(drawing)).ensureAlpha().raw().toBuffer() }
}
