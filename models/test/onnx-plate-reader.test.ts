import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlateReader } from '@forecourt/contracts'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  acceptConfidence,
  addFrame,
  bestPlates,
  createOnnxPlateReader,
  emptyVote,
} from '../src/index.ts'
import { placesMax } from '../src/read.ts'
import { WeightsError, weightsFolder } from '../src/weights.ts'
import { drawBluePlate, drawWall, lookAlikes } from './draw-plate.ts'
import { bluePlate, drawBlueScene, drawCrop, drawScene, greenPlate } from './draw-scene.ts'
import { describePlateReader } from './plate-reader-conformance.ts'
import { readLabelled } from './read-labelled.ts'

describePlateReader('the ONNX reader', async () => ({
  reader: await createOnnxPlateReader({ queuedMax: 3 }),
  queuedMax: 3,
}))

describe('the ONNX reader', () => {
  let reader: PlateReader
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
    expect(first).toMatchObject({ rejected: null, colour: 'blue' })
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

  test('finds a small plate in a large picture by looking in tiles', async () => {
    const around = { top: 700, bottom: 700, left: 1_400, right: 1_400, background: '#8d9199' }
    const small = [{ file: 'plate-blue.png', widthPx: 96, left: 310, top: 640 }] as const
    const wide = await sharp(await drawScene(small))
      .extend(around)
      .jpeg()
      .toBuffer()
    const [first] = await read(wide)
    expect(first?.plate).toBe(bluePlate)
  })

  test('finds a plate that fills the picture by looking from further away', async () => {
    const [first] = await read(await sharp(scene).extract(close).jpeg().toBuffer())
    expect(first?.plate).toBe(bluePlate)
  })
  const close = { left: 240, top: 610, width: 240, height: 130 } as const

  test('tells of a plate in front that cannot be named, so that the one behind is not voted for', async () => {
    const front = await sharp(await drawBluePlate('沪B8D6G2', 240))
      .blur(11)
      .png()
      .toBuffer()
    const behind = await drawBluePlate('苏E5K708', 110)
    const layers = [
      { input: front, left: 220, top: 660 },
      { input: behind, left: 560, top: 300 },
    ]
    const reads = await read(
      await sharp(await drawScene([]))
        .composite(layers)
        .jpeg({ quality: 90 })
        .toBuffer(),
    )
    expect(reads[0]).toMatchObject({ plate: '苏E5K708', rejected: null })
    expect(reads[1]?.confidence).toBeLessThan(0.05)
    expect(bestPlates([reads, reads].reduce(addFrame, emptyVote))).toEqual([])
    expect(bestPlates(addFrame(emptyVote, reads.slice(0, 1)))[0]?.plate).toBe('苏E5K708')
  })

  test('counts what it read', async () => {
    const before = reader.stats()
    await read(scene)
    expect(reader.stats()).toEqual({ read: before.read + 1, dropped: before.dropped })
  })

  test.each([
    ['CMYK', (picture: Buffer) => sharp(picture).toColourspace('cmyk').jpeg().toBuffer()],
    ['grey', (picture: Buffer) => sharp(picture).greyscale().jpeg().toBuffer()],
    ['PNG of 16 bits', (picture: Buffer) => sharp(picture).toColourspace('rgb16').png().toBuffer()],
    ['PNG with alpha', (picture: Buffer) => sharp(picture).ensureAlpha(0.99).png().toBuffer()],
    ['WebP', (picture: Buffer) => sharp(picture).webp().toBuffer()],
  ])('reads a %s picture', async (_, convert) => {
    const [first] = await read(await convert(scene))
    expect(first?.plate).toBe(bluePlate)
  })

  test('a picture of one pixel holds no plate', async () => {
    const pixel = { create: { width: 1, height: 1, channels: 3, background: '#00f' } } as const
    expect(await read(await sharp(pixel).png().toBuffer())).toEqual([])
  })

  test.each(Object.entries(lookAlikes))('invents no plate from %s', async (_, draw) => {
    expect(await read(await draw())).toEqual([])
  })

  test('of forty plates reads no more than the limit, each right', async () => {
    const reads = await read(await drawWall(40))
    expect(reads.length).toBeGreaterThan(placesMax / 2)
    expect(reads.length).toBeLessThanOrEqual(placesMax)
    for (const { plate } of reads.filter(({ rejected }) => rejected === null))
      expect(wallPlates).toContain(plate)
  })
  const wallPlates = Array.from({ length: 40 }, (_, index) => `京A${10_000 + 137 * index}`)

  test('a call that is aborted while it waits ends in its reason', async () => {
    const first = read(scene)
    const controller = new AbortController()
    const second = reader.read(scene, { signal: controller.signal })
    controller.abort(new Error('the car left'))
    await expect(second).rejects.toThrow('the car left')
    expect(await first).toHaveLength(1)
  })
})

describe('networks that were exported and not calibrated', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forecourt-weights-'))
    await cp(weightsFolder, folder, { recursive: true })
    const path = join(folder, 'manifest.json')
    const { calibration: _, ...rest } = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify(rest))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('are refused with the way to calibrate them', async () => {
    const reader = createOnnxPlateReader({ weightsFolder: folder })
    await expect(reader).rejects.toThrow(WeightsError)
    await expect(reader).rejects.toThrow('models/training calibrate')
  })

  test('are read by who wants to be told, to calibrate them', async () => {
    const told: string[] = []
    const onUncalibrated = (message: string) => told.push(message)
    const reader = await createOnnxPlateReader({ weightsFolder: folder, onUncalibrated })
    const [first] = await reader.read(await drawBlueScene(), {
      signal: AbortSignal.timeout(15_000),
    })
    await reader.close()
    expect(first?.plate).toBe(bluePlate)
    expect(told).toEqual([expect.stringContaining('holds no calibration')])
  })
})

describe('the ONNX reader of cut-out plates', () => {
  let reader: PlateReader
  beforeAll(async () => {
    reader = await createOnnxPlateReader({ pictures: 'crops' })
  })
  const read = (picture: Uint8Array) =>
    reader.read(picture, { signal: AbortSignal.timeout(15_000) })

  test('reads a plate that is the whole picture', async () => {
    const [first] = await read(await drawCrop('plate-green.png'))
    expect(first?.plate).toBe(greenPlate)
  })

  test('reads the upright box round a tilted plate', async () => {
    const plate = await drawBluePlate('苏E5K708', 240)
    const tilted = await sharp(plate).rotate(-12, { background: '#3a3d42' }).jpeg().toBuffer()
    const [first] = await read(tilted)
    expect(first?.plate).toBe('苏E5K708')
  })

  test('searches for a plate that was cut out with much around it', async () => {
    const plate = await drawBluePlate('苏E5K708', 150)
    const around = { left: 20, right: 300, top: 10, bottom: 280, background: '#000' }
    const [first] = await read(await sharp(plate).extend(around).jpeg().toBuffer())
    expect(first).toMatchObject({ plate: '苏E5K708', rejected: null })
    expect(first?.corners[2][0]).toBeLessThan(200)
  })

  test('finds nothing in a sliver', async () => {
    const sliver = { create: { width: 200, height: 3, channels: 3, background: '#00f' } } as const
    expect(await read(await sharp(sliver).png().toBuffer())).toEqual([])
  })

  test('closed refuses, and closing twice is one closing', async () => {
    await Promise.all([reader.close(), reader.close()])
    await expect(read(await drawCrop('plate-green.png'))).rejects.toMatchObject({
      code: 'reader_overloaded',
    })
  })
})

const plates = inject('platesDirectory')
describe.skipIf(plates === null)('on the development pictures', () => {
  test('reads the 25 photographs, and accepts none that is wrong', async () => {
    const read = await readLabelled(join(plates ?? '', 'scenes-ccpd'), { pictures: 'photographs' })
    expect(read).toMatchObject({ pictures: 25, exact: 25, wrongAccepted: 0 })
  }, 60_000)

  test('reads 99.5 % of the 319 validation crops, and accepts none that is wrong', async () => {
    const crops = { pictures: 'crops', every: 5 } as const
    const read = await readLabelled(join(plates ?? '', 'crops-ccpd'), crops)
    expect(read.pictures).toBe(319)
    expect(read.exact).toBeGreaterThanOrEqual(Math.ceil(0.995 * 319))
    expect(read.wrongAccepted).toBe(0)
  }, 60_000)
})
