import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { plateTypeOf } from '@forecourt/contracts'
import fc from 'fast-check'
import { pino } from 'pino'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFrameSource, withComment } from '../src/cameras/frame-source.ts'
import { type CameraServer, createCameraServer, layoutPlate } from '../src/cameras/index.ts'
import { asMatrix, toCorners } from '../src/cameras/projection.ts'
import { readPhoto } from '../src/refuel/read-photo.ts'
import { createRandom } from '../src/scenarios/random.ts'
import { randomPlate } from '../src/scenarios/random-plate.ts'

const run = promisify(execFile)
const log = pino({ level: 'silent' })
const anyPlate = fc.nat().map((seed) => randomPlate(createRandom(seed), new Set()))

describe('a plate’s layout', () => {
  test('keeps GA 36-2018: the board’s size, every glyph on it, none over another', () => {
    fc.assert(
      fc.property(anyPlate, (plate) => {
        const layout = layoutPlate(plate)
        expect(layout.widthMm).toBe(plate.length === 7 ? 440 : 480)
        expect(layout.glyphs.map((glyph) => glyph.character).join('')).toBe(plate)
        let right = 0
        for (const glyph of layout.glyphs) {
          expect(glyph.xMm).toBeGreaterThanOrEqual(right)
          right = glyph.xMm + glyph.widthMm
        }
        expect(layout.widthMm - right).toBeCloseTo(15.5)
      }),
    )
  })

  test('puts the dot between office and serial, and none on new-energy plates', () => {
    const blue = layoutPlate('沪A12345')
    expect(blue.dot?.xMm).toBeCloseTo(15.5 + 45 + 12 + 45 + 17)
    expect(layoutPlate('沪AD12345').dot).toBeNull()
  })

  test.each([
    ['粤Z1234港', {}, 'black', 1],
    ['川A0123警', {}, 'white', 1],
    ['WJ京1234X', {}, 'white', 1],
    ['鲁B1234学', {}, 'yellow', 1],
    ['冀C5678挂', {}, 'yellow', 2],
    ['京A8X6G2', { colour: 'yellow', rows: 2 }, 'yellow', 2],
    ['豫0112345', {}, 'green', 2],
  ] as const)('knows every kind: %s with %o is %s in %i rows', (plate, look, colour, rows) => {
    const layout = layoutPlate(plate, look)
    expect(layout).toMatchObject({ colour, rows, widthMm: 440, heightMm: rows === 1 ? 140 : 220 })
    expect(layout.glyphs.map((glyph) => glyph.character).join('')).toBe(plate)
    for (const { xMm, yMm, widthMm, heightMm } of layout.glyphs) {
      expect(xMm).toBeGreaterThan(8)
      expect(xMm + widthMm).toBeLessThan(layout.widthMm - 8)
      expect(yMm + heightMm).toBeLessThan(layout.heightMm - 8)
    }
  })

  test('prints 警 and the letters of the forces in red', () => {
    const reds = (plate: string) =>
      layoutPlate(plate)
        .glyphs.filter((glyph) => glyph.isRed)
        .map((glyph) => glyph.character)
    expect(reds('川A0123警')).toEqual(['警'])
    expect(reds('VA12345')).toEqual(['V', 'A'])
    expect(reds('沪A12345')).toEqual([])
  })

  test('refuses what is no plate, and a colour its type never has', () => {
    expect(() => layoutPlate('nonsense')).toThrow(/nonsense/)
    expect(() => layoutPlate('粤Z1234港', { colour: 'blue' })).toThrow(/never blue; use black/)
  })
})

describe('a projection', () => {
  test('brings corners to corners, and straight lines to straight lines', () => {
    const corners = [
      [10, 20],
      [110, 30],
      [105, 70],
      [12, 64],
    ] as const
    const project = toCorners(440, 140, corners)
    const seen = [project([0, 0]), project([440, 0]), project([440, 140]), project([0, 140])]
    for (const [index, [x, y]] of corners.entries()) {
      expect(seen[index]?.[0]).toBeCloseTo(x)
      expect(seen[index]?.[1]).toBeCloseTo(y)
    }
    const [[x0, y0], [x1, y1], [x2, y2]] = [
      project([0, 50]),
      project([200, 50]),
      project([440, 50]),
    ]
    expect((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)).toBeCloseTo(0)
  })

  test('is a matrix near a point, exact there', () => {
    const project = toCorners(100, 100, [
      [0, 0],
      [50, 0],
      [50, 50],
      [0, 50],
    ])
    expect(asMatrix(project, [40, 40])).toBe(
      'matrix(0.50000 0.00000 0.00000 0.50000 0.00000 0.00000)',
    )
  })
})

describe('random plates', () => {
  test('are grammatical, and never one character from a taken one', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = createRandom(seed)
        const taken = new Set<string>()
        for (let count = 0; count < 20; count++) {
          const plate = randomPlate(random, taken)
          expect(plateTypeOf(plate)).not.toBeNull()
          for (const other of taken) {
            const differing = [...plate].filter((character, i) => character !== other[i]).length
            expect(plate.length !== other.length || differing > 1).toBe(true)
          }
          taken.add(plate)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('the camera server', () => {
  let server: CameraServer
  beforeAll(async () => {
    const cameraIds = ['cam-1', 'cam-2']
    server = await createCameraServer({ host: '127.0.0.1', port: 0, cameraIds, seed: 1, log })
  })
  afterAll(() => server.close())
  const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`)
  const picture = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer())

  test('never serves the same bytes twice, though the car stands still', async () => {
    server.show('cam-1', { kind: 'plate', plate: '沪A12345' })
    expect(await picture('/cam-1.jpg')).not.toEqual(await picture('/cam-1.jpg'))
  })

  test('serves a photograph pixel for pixel', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cameras-'))
    const noise = Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 97) % 251))
    const photo = await sharp(noise, { raw: { width: 64, height: 48, channels: 3 } })
      .jpeg()
      .toBuffer()
    const file = join(folder, 'photo.jpg')
    writeFileSync(file, photo)
    server.show('cam-2', { kind: 'photo', file })
    const served = await picture('/cam-2.jpg')
    rmSync(folder, { recursive: true })
    expect(served).not.toEqual(photo)
    expect(await sharp(served).raw().toBuffer()).toEqual(await sharp(photo).raw().toBuffer())
  })

  test('answers 503 for a photograph that is not there, and serves on', async () => {
    server.show('cam-2', { kind: 'photo', file: '/nowhere/photo.jpg' })
    expect((await get('/cam-2.jpg')).status).toBe(503)
    server.show('cam-2', { kind: 'empty' })
    expect((await get('/cam-2.jpg')).headers.get('content-type')).toBe('image/jpeg')
  })

  test('knows no other cameras', async () => {
    expect((await get('/cam-9.jpg')).status).toBe(404)
    expect(() => server.show('cam-9', { kind: 'empty' })).toThrow(/cam-9/)
  })
})

test('a comment in a JPEG leaves every byte of it in place', () => {
  const jpeg = Buffer.from([0xff, 0xd8, 1, 2, 3])
  const commented = withComment(jpeg, 'frame 1')
  expect([...commented.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xfe])
  expect(commented.readUInt16BE(4)).toBe('frame 1'.length + 2)
  expect([...commented.subarray(-3)]).toEqual([1, 2, 3])
})

describe('the product’s own plate reader', () => {
  test('reads the plates the camera draws, and nothing in an empty bay', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cameras-'))
    const source = createFrameSource(createRandom(5))
    const random = createRandom(11)
    const plates = Array.from({ length: 10 }, () => randomPlate(random, new Set()))
    const views = [
      ...plates.map((plate) => ({ kind: 'plate', plate }) as const),
      { kind: 'empty' } as const,
    ]
    const files: string[] = []
    for (const [index, view] of views.entries()) {
      const file = join(folder, `${index}.jpg`)
      writeFileSync(file, await source.frame(view))
      files.push(file)
    }
    const reader = join(import.meta.dirname, '../../models/src/cli/main.ts')
    const { stdout } = await run(process.execPath, [
      reader,
      'read',
      '--json',
      '--no-picture',
      ...files,
    ])
    const answers: { reads: { plate: string }[] }[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(await readPhoto(files[0] ?? '')).toBe(answers[0]?.reads[0]?.plate)
    rmSync(folder, { recursive: true })
    expect(answers).toHaveLength(views.length)
    const right = plates.filter((plate, index) => answers[index]?.reads[0]?.plate === plate)
    expect(right.length).toBeGreaterThanOrEqual(9)
    expect(answers.at(-1)?.reads).toEqual([])
  }, 60_000)
})
