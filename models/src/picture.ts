import { PictureError } from '@forecourt/contracts'
import sharp from 'sharp'

/** Limits of the `PlateReader` port, and the size beyond which more pixels tell no more. */
export const pictureLimits = {
  bytesMax: 16 * 1024 * 1024,
  pixelsMax: 50_000_000,
  /** A larger picture is shrunk to this side: a plate 2 % as wide as it still has 80 pixels. */
  workingSidePx: 4_096,
} as const

// Every frame is another picture: kept ones are never asked for again, and made memory grow.
sharp.cache(false)

/** Camera formats; anything else that sharp could open (SVG, PDF, TIFF) stays closed. */
const formats: readonly string[] = ['jpeg', 'png', 'webp']

/** A decoded picture, upright: 8-bit RGB, rows from the top, no padding. */
export type Picture = {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgb: Uint8Array
  /** Pixels of the upright original for one pixel here; 1 unless the picture was shrunk. */
  readonly scale: number
}

/**
 * Decodes a picture once, turned upright as its EXIF orientation says, to sRGB.
 *
 * @throws {PictureError} `picture_unreadable` (no JPEG, PNG or WebP, or truncated) or
 *   `picture_too_large`.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  if (bytes.byteLength === 0) throw new PictureError('picture_unreadable', 'no bytes at all')
  if (bytes.byteLength > pictureLimits.bytesMax)
    throw tooLarge(`${bytes.byteLength} bytes, at most ${pictureLimits.bytesMax}`)
  const { uprightWidthPx, hasAlpha } = await checkHeader(bytes)
  const side = pictureLimits.workingSidePx
  try {
    const upright = sharp(bytes, { failOn: 'truncated', limitInputPixels: false })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    const opaque = hasAlpha ? upright.flatten({ background: '#808080' }) : upright
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const rgb = info.channels === 3 ? data : repeatGrey(data, info.channels)
    return {
      widthPx: info.width,
      heightPx: info.height,
      rgb,
      scale: uprightWidthPx / info.width,
    }
  } catch (error) {
    throw unreadable(error)
  }
}

/**
 * Gives a picture's memory back at once. Left to the collector, a camera's pictures set it off at
 * every third, which takes a tenth of the reading. The picture is empty afterwards.
 */
export function forgetPicture({ rgb }: Picture): void {
  const isItsOwn = rgb.buffer.byteLength === rgb.byteLength
  if (isItsOwn && rgb.buffer instanceof ArrayBuffer) rgb.buffer.transfer(0)
}

/**
 * Refuses by the header alone, before any pixel is unpacked. Laying a picture on a ground takes a
 * quarter of the decoding even where nothing is transparent, so it is told what needs that.
 */
async function checkHeader(bytes: Uint8Array) {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(error)
    })
  if (!formats.includes(header.format))
    throw new PictureError('picture_unreadable', `${header.format}; give JPEG, PNG or WebP`)
  const pixels = header.width * header.height
  if (pixels > pictureLimits.pixelsMax)
    throw tooLarge(`${pixels} pixels, at most ${pictureLimits.pixelsMax}`)
  return { uprightWidthPx: header.autoOrient.width, hasAlpha: header.hasAlpha }
}

function repeatGrey(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels
  const rgb = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) rgb.fill(data[i * channels] ?? 0, i * 3, i * 3 + 3)
  return rgb
}

function tooLarge(detail: string): PictureError {
  return new PictureError('picture_too_large', detail)
}

function unreadable(error: unknown): PictureError {
  const [detail] = (error instanceof Error ? error.message : String(error)).split('\n')
  return new PictureError('picture_unreadable', `${detail}; give JPEG, PNG or WebP`, {
    cause: error,
  })
}
