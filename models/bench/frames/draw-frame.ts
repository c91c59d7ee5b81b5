import { join } from 'node:path'
import sharp from 'sharp'
import { decodePicture, type Picture } from '../../src/picture.ts'

const fixtures = join(import.meta.dirname, '../../test/fixtures')
const plateFiles = ['plate-blue.png', 'plate-green.png'] as const

type Frame = {
  readonly widthPx: number
  readonly heightPx: number
  /** Plates in it, all 160 pixels wide, on a grid. */
  readonly plates: number
}

const plateWidthPx = 160
const columns = 4

/** A camera's frame as JPEG: a grey-scaled noise for asphalt, and real plates on dark boxes. */
export async function drawFrame({ widthPx, heightPx, plates }: Frame): Promise<Buffer> {
  const layers = Array.from({ length: plates }, async (_, index) => ({
    input: await sharp(join(fixtures, plateFiles[index % 2] ?? plateFiles[0]))
      .resize(plateWidthPx)
      .extend({ top: 40, bottom: 40, left: 30, right: 30, background: '#2b2f36' })
      .toBuffer(),
    left: Math.round(((index % columns) + 0.5) * (widthPx / columns) - plateWidthPx / 2 - 30),
    top: Math.round(heightPx * (0.25 + 0.3 * Math.floor(index / columns)) - 60),
  }))
  const noise = { type: 'gaussian', mean: 120, sigma: 18 } as const
  const ground = {
    width: widthPx,
    height: heightPx,
    channels: 3,
    background: '#777',
    noise,
  } as const
  return await sharp({ create: ground })
    .blur(1.5)
    .composite(await Promise.all(layers))
    .removeAlpha()
    .jpeg({ quality: 88 })
    .toBuffer()
}

/** The same as pixels in memory. */
export async function drawPicture(frame: Frame): Promise<Picture> {
  return await decodePicture(await drawFrame(frame))
}
