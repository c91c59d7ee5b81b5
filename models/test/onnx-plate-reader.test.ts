import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { measureFolder } from '../src/cli/measure.ts'
import { acceptConfidence, createOnnxPlateReader } from '../src/index.ts'
import { bluePlate, drawBlueScene, drawCrop, drawScene, greenPlate } from './draw-scene.ts'
import { describePlateReader } from './plate-reader-conformance.ts'

describePlateReader('the ONNX reader', async () => ({
  reader: await createOnnxPlateReader({ queuedMax: 3 }),
  queuedMax: 3,
}))

describe('the ONNX reader', () => {
  let reader: Awaited<ReturnType<typeof createOnnxPlateReader>>
  let scene: Buffer
  beforeAll(async () => {
    reader = await createOnnxPlateReader()
    scene = await drawBlueScene()
  })
  afterAll(() => reader.close())
  const read = (picture: Uint8Array) =>
    reader.read(picture, { signal: AbortSignal.timeout(15_000) })

  test('accepts a clear plate, and names its colour', async () => {
    const [first] = await read(scene)
    expect(first?.confidence).toBeGreaterThanOrEqual(acceptConfidence)
    expect(first?.colour).toBe('blue')
  })

  test('reads the eight characters of a new-energy plate', async () => {
    const green = [{ file: 'plate-green.png', widthPx: 200, left: 260, top: 640 }] as const
    const [first] = await read(await drawScene(green))
    expect(first).toMatchObject({ plate: greenPlate, colour: 'green' })
  })

  test('among plates as wide the one nearest the middle comes first', async () => {
    const pair = [
      { file: 'plate-green.png', widthPx: 220, left: 20, top: 60 },
      { file: 'plate-blue.png', widthPx: 200, left: 260, top: 560 },
    ] as const
    const reads = await read(await drawScene(pair))
    expect(reads.map((each) => each.plate)).toEqual([bluePlate, greenPlate])
  })

  test('turns a picture upright as its EXIF orientation says', async () => {
    const lying = await sharp(scene).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const [first] = await read(lying)
    expect(first?.plate).toBe(bluePlate)
    expect(first?.corners[0][0]).toBeLessThan(300)
  })

  test('gives corners in pixels of a picture it had to shrink', async () => {
    const large = await sharp(scene).resize(4_320).jpeg().toBuffer()
    const [first] = await read(large)
    expect(first?.plate).toBe(bluePlate)
    expect(first?.corners[1][0]).toBeGreaterThan(420 * 6)
  })

  test('finds a small plate in a large picture by looking a second time', async () => {
    const around = { top: 700, bottom: 700, left: 1_400, right: 1_400, background: '#8d9199' }
    const small = [{ file: 'plate-blue.png', widthPx: 96, left: 310, top: 640 }] as const
    const wide = await sharp(await drawScene(small))
      .extend(around)
      .jpeg()
      .toBuffer()
    const [first] = await read(wide)
    expect(first?.plate).toBe(bluePlate)
  })

  test.each([
    ['CMYK', (picture: Buffer) => sharp(picture).toColourspace('cmyk').jpeg().toBuffer()],
    ['grey', (picture: Buffer) => sharp(picture).greyscale().jpeg().toBuffer()],
    ['PNG with alpha', (picture: Buffer) => sharp(picture).ensureAlpha(0.99).png().toBuffer()],
    ['WebP', (picture: Buffer) => sharp(picture).webp().toBuffer()],
  ])('reads a %s picture', async (_, convert) => {
    const [first] = await read(await convert(scene))
    expect(first?.plate).toBe(bluePlate)
  })

  test('a truncated JPEG is unreadable, not half a picture', async () => {
    const half = scene.subarray(0, scene.length / 2)
    await expect(read(half)).rejects.toMatchObject({ code: 'picture_unreadable' })
  })

  test('an empty file is unreadable', async () => {
    await expect(read(new Uint8Array())).rejects.toMatchObject({ code: 'picture_unreadable' })
  })

  test('an SVG is refused though the decoder could draw it', async () => {
    const svg = new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    )
    await expect(read(svg)).rejects.toMatchObject({ code: 'picture_unreadable' })
  })

  test('a picture of one pixel holds no plate', async () => {
    const pixel = { create: { width: 1, height: 1, channels: 3, background: '#00f' } } as const
    expect(await read(await sharp(pixel).png().toBuffer())).toEqual([])
  })

  test('51 megapixels are refused by their header', async () => {
    const huge = {
      create: { width: 8_500, height: 6_000, channels: 3, background: '#000' },
    } as const
    const png = await sharp(huge).png().toBuffer()
    await expect(read(png)).rejects.toMatchObject({ code: 'picture_too_large' })
  })

  test('17 MiB are refused unopened', async () => {
    await expect(read(new Uint8Array(17 * 1024 * 1024))).rejects.toMatchObject({
      code: 'picture_too_large',
    })
  })

  test('a call that is aborted while it waits ends in its reason', async () => {
    const first = read(scene)
    const controller = new AbortController()
    const second = reader.read(scene, { signal: controller.signal })
    controller.abort(new Error('the car left'))
    await expect(second).rejects.toThrow('the car left')
    expect(await first).toHaveLength(1)
  })

  test('a closed reader refuses, and closing twice is one closing', async () => {
    const closing = await createOnnxPlateReader({ pictures: 'crops' })
    const crop = await drawCrop('plate-green.png')
    const signal = AbortSignal.timeout(15_000)
    expect((await closing.read(crop, { signal }))[0]?.plate).toBe(greenPlate)
    await Promise.all([closing.close(), closing.close()])
    await expect(closing.read(crop, { signal })).rejects.toMatchObject({
      code: 'reader_overloaded',
    })
  })
})

const plates = inject('platesDirectory')
describe.skipIf(plates === null)('on real photographs (scenes-ccpd)', () => {
  test('reads 22 of 25 main plates or more, and accepts none that is wrong', async () => {
    const measured = await measureFolder(join(plates ?? '', 'scenes-ccpd'), {
      pictures: 'photographs',
      signal: AbortSignal.timeout(60_000),
    })
    expect(measured.images).toBe(25)
    expect(measured.exact).toBeGreaterThanOrEqual(22)
    expect(measured.wrongAccepted).toBe(0)
  }, 60_000)
})
