import { PictureError } from '@forecourt/contracts'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePicture } from '../src/picture.ts'

const red = { create: { width: 40, height: 20, channels: 3, background: '#c81428' } } as const
const pixelOf = ({ rgb }: { readonly rgb: Uint8Array }) => [...rgb.subarray(0, 3)]

/** A PNG whose header says another size than its pixels have. */
async function pngThatClaims(width: number, height: number): Promise<Buffer> {
  const png = await sharp(red).png().toBuffer()
  const claimed = Buffer.from(png)
  claimed.writeUInt32BE(width, 16)
  claimed.writeUInt32BE(height, 20)
  claimed.writeUInt32BE(crc32(claimed.subarray(12, 29)), 29)
  return claimed
}

/** PNG specification, annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

describe('a picture', () => {
  test.each([
    ['JPEG', () => sharp(red).jpeg({ quality: 100 }).toBuffer()],
    ['PNG', () => sharp(red).png().toBuffer()],
    ['WebP', () => sharp(red).webp({ lossless: true }).toBuffer()],
    ['PNG of 16 bits', () => sharp(red).toColourspace('rgb16').png().toBuffer()],
    ['PNG with alpha', () => sharp(red).ensureAlpha(1).png().toBuffer()],
    ['PNG with a palette', () => sharp(red).png({ palette: true }).toBuffer()],
  ])('of %s is 8-bit RGB', async (_, encode) => {
    const picture = await decodePicture(await encode())
    expect(picture).toMatchObject({ widthPx: 40, heightPx: 20, scale: 1 })
    expect(picture.rgb).toHaveLength(40 * 20 * 3)
    for (const [i, value] of pixelOf(picture).entries())
      expect(Math.abs(value - ([200, 20, 40][i] ?? 0))).toBeLessThanOrEqual(2)
  })

  test('in CMYK becomes RGB of the same hue', async () => {
    const picture = await decodePicture(await sharp(red).toColourspace('cmyk').jpeg().toBuffer())
    const [r = 0, g = 0, b = 0] = pixelOf(picture)
    expect(picture.rgb).toHaveLength(40 * 20 * 3)
    expect(r).toBeGreaterThan(g + 80)
    expect(r).toBeGreaterThan(b + 80)
  })

  test('in grey has the same value three times', async () => {
    const picture = await decodePicture(await sharp(red).greyscale().jpeg().toBuffer())
    const [r, g, b] = pixelOf(picture)
    expect([g, b]).toEqual([r, r])
  })

  test('is turned upright as its EXIF orientation says', async () => {
    const half = sharp({ ...red }).extend({ right: 40, background: '#0000ff' })
    const lying = await sharp(await half.png().toBuffer())
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    const picture = await decodePicture(lying)
    expect(picture).toMatchObject({ widthPx: 80, heightPx: 20 })
    expect(pixelOf(picture)).toEqual([200, 20, 40])
  })

  test('that moves is its first page', async () => {
    const pages = await Promise.all(
      ['#c81428', '#0000ff'].map((background) =>
        sharp({ create: { ...red.create, background } })
          .png()
          .toBuffer(),
      ),
    )
    const moving = await sharp(pages, { join: { animated: true } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer()
    const picture = await decodePicture(moving)
    expect(picture).toMatchObject({ widthPx: 40, heightPx: 20 })
    expect(pixelOf(picture)).toEqual([200, 20, 40])
  })

  test('larger than the working side is shrunk, and says by how much', async () => {
    const wide = { create: { ...red.create, width: 8_192, height: 100 } }
    const picture = await decodePicture(await sharp(wide).png().toBuffer())
    expect(picture).toMatchObject({ widthPx: 4_096, heightPx: 50, scale: 2 })
  })

  const refused = (bytes: Uint8Array) =>
    decodePicture(bytes).then(
      () => 'it was read',
      (error: unknown) => (error instanceof PictureError ? error.message : String(error)),
    )

  test('of 20,000 × 20,000 pixels is refused by its header, before any is unpacked', async () => {
    const startedAtMs = performance.now()
    expect(await refused(await pngThatClaims(20_000, 20_000))).toMatch(
      /picture too large: 400000000 pixels, at most 50000000/,
    )
    expect(performance.now() - startedAtMs).toBeLessThan(1_000)
  })

  test.each([
    ['no bytes', () => new Uint8Array(), 'no bytes at all'],
    ['bytes that are none', () => new TextEncoder().encode('not a picture'), 'unsupported'],
    ['17 MiB', () => new Uint8Array(17 * 1024 * 1024), 'at most 16777216'],
    [
      'SVG',
      () =>
        new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'svg; give JPEG',
    ],
    ['a moving GIF', () => sharp(red).gif().toBuffer(), 'gif; give JPEG'],
    ['TIFF', () => sharp(red).tiff().toBuffer(), 'tiff; give JPEG'],
    ['half a PNG', async () => (await sharp(red).png().toBuffer()).subarray(0, 60), 'unreadable'],
  ])('of %s is refused, and why', async (_, make, message) => {
    expect(await refused(await make())).toContain(message)
  })

  test('that breaks off is unreadable, not half a picture', async () => {
    const noise = { width: 200, height: 200, channels: 3 } as const
    const rgb = Uint8Array.from({ length: 120_000 }, (_, i) => (i * 7919) % 256)
    const jpeg = await sharp(rgb, { raw: noise }).jpeg().toBuffer()
    expect(await refused(jpeg.subarray(0, jpeg.length / 2))).toContain('unreadable')
  })
})
