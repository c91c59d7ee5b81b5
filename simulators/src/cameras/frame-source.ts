import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Random } from '../scenarios/random.ts'
import { drawScene, sceneMarginPx, sceneSize } from './draw-scene.ts'

/** What stands before a camera. */
export type View =
  | { readonly kind: 'empty' }
  | { readonly kind: 'plate'; readonly plate: string }
  | { readonly kind: 'photo'; readonly file: string }

/** Makes the pictures of one camera. Every frame has other bytes, as a real camera's have. */
export type FrameSource = {
  /** @throws {Error} when a photograph cannot be read or a plate cannot be drawn. */
  frame(view: View): Promise<Buffer>
}

/** Base pictures kept, so that a car standing for a minute is drawn once. */
const scenesMax = 8

export function createFrameSource(random: Random): FrameSource {
  const bases = new Map<string, Promise<Buffer>>()
  let frames = 0

  const base = (key: string, make: () => Promise<Buffer>) => {
    const known = bases.get(key)
    if (known !== undefined) return known
    const oldest = bases.size >= scenesMax ? bases.keys().next().value : undefined
    if (oldest !== undefined) bases.delete(oldest)
    const made = make()
    bases.set(key, made)
    made.catch(() => bases.delete(key))
    return made
  }

  return {
    frame: async (view) => {
      frames += 1
      switch (view.kind) {
        case 'empty':
          return look(await base('empty', () => drawScene(null)), random)
        case 'plate':
          return look(await base(`plate ${view.plate}`, () => drawScene(view.plate)), random)
        case 'photo': {
          const photo = await base(`photo ${view.file}`, () => readJpeg(view.file))
          return withComment(photo, `frame ${frames}`)
        }
      }
    },
  }
}

/** The camera trembles a little and the sensor's gain wanders: never twice the same picture. */
function look(scene: Buffer, random: Random): Promise<Buffer> {
  const width = sceneSize.width + 2 * sceneMarginPx
  const height = sceneSize.height + 2 * sceneMarginPx
  return sharp(scene, { raw: { width, height, channels: 3 } })
    .extract({
      left: random.between(0, 2 * sceneMarginPx),
      top: random.between(0, 2 * sceneMarginPx),
      ...sceneSize,
    })
    .linear(0.94 + random.next() * 0.1, random.between(-6, 6))
    .jpeg({ quality: random.between(82, 90) })
    .toBuffer()
}

/** A photograph stays as it is, pixel for pixel; only other formats are brought to JPEG. */
async function readJpeg(file: string): Promise<Buffer> {
  const bytes = await readFile(file)
  if (isJpeg(bytes)) return bytes
  return sharp(bytes).rotate().jpeg({ quality: 95 }).toBuffer()
}

function isJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8
}

/**
 * The photograph with a comment segment (JPEG, ITU-T T.81 B.2.4.5) after its first bytes: the
 * pixels are untouched, yet each frame differs, so that a gateway does not take a car that
 * stands still for a camera that hangs.
 */
export function withComment(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment, 'latin1')
  const head = Buffer.from([0xff, 0xfe, 0, 0])
  head.writeUInt16BE(text.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, text, jpeg.subarray(2)])
}
