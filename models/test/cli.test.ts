import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Plate, type PlateRead, plateAcceptConfidence } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LabelsError, parseLabels } from '../src/cli/labels.ts'
import { type Outcome, summarise } from '../src/cli/measure.ts'
import { bluePlate, drawBlueScene, drawCrop, drawScene, greenPlate } from './draw-scene.ts'

describe('the labels of a folder', () => {
  test('come from CSV with quoted fields, several plates, CRLF and a byte-order mark', () => {
    const csv =
      '\uFEFFfile,plate,colour,box\r\na.jpg,皖A·13H25,blue,"249,528 ""x"""\r\nb.jpg,浙B3K708|沪AD12845,,\r\n\r\n'
    expect(parseLabels(csv)).toEqual([
      { file: 'a.jpg', plates: ['皖A13H25'] },
      { file: 'b.jpg', plates: ['浙B3K708', '沪AD12845'] },
    ])
  })

  test('may say that a picture holds no plate', () => {
    expect(parseLabels('file,plate\nempty.jpg,\n')).toEqual([{ file: 'empty.jpg', plates: [] }])
  })

  test.each([
    ['a missing heading', 'a.jpg,皖A13H25\n', 'line 1'],
    ['a line without a plate', 'file,plate\na.jpg\n', 'line 2'],
    ['an open quote', 'file,plate\n"a.jpg,皖A13H25\n', 'line 2, column 1'],
  ])('name the line of %s', (_, csv, place) => {
    expect(() => parseLabels(csv)).toThrow(LabelsError)
    expect(() => parseLabels(csv)).toThrow(place)
  })
})

function outcomeOf(plates: readonly string[], reads: readonly [string, number][]): Outcome {
  const read = ([plate, confidence]: readonly [string, number]): PlateRead => ({
    plate: Plate.parse(plate),
    raw: plate,
    confidence,
    rejected: confidence >= plateAcceptConfidence ? null : 'low_confidence',
    runnerUp: null,
    colour: null,
    corners: [
      [0, 0],
      [9, 0],
      [9, 3],
      [0, 3],
    ],
  })
  return { label: { file: 'x', plates }, reads: reads.map(read), fault: null, durationMs: 10 }
}

test('an accepted read that is no label of its picture counts as wrong, a hint does not', () => {
  const measured = summarise([
    outcomeOf(['皖A13H25'], [['皖A13H25', 0.99]]),
    outcomeOf(['皖A13H25'], [['皖A13H26', 0.99]]),
    outcomeOf(['皖A13H25'], [['皖A13H25', 0.3]]),
    outcomeOf(
      ['皖A13H25', '浙B3K708'],
      [
        ['皖A13H25', 0.99],
        ['沪A12345', 0.2],
      ],
    ),
    outcomeOf([], []),
  ])
  expect(measured).toEqual({
    images: 5,
    exact: 3,
    accepted: 3,
    wrongAccepted: 1,
    rejected: 2,
    msPerImage: { p50: 10, p95: 10 },
  })
})

const program = join(import.meta.dirname, '../src/cli/main.ts')
type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

function plates(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('the plates command', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forecourt-plates-'))
    await mkdir(join(folder, 'holes'))
    await writeFile(join(folder, 'holes/labels.csv'), `file,plate\ngone.jpg,${bluePlate}\n`)
    await writeFile(join(folder, 'empty.jpg'), '')
    const labels = `file,plate\nblue.jpg,${bluePlate}\nnone.jpg,\nnoise.jpg,皖A12345\n`
    await Promise.all([
      writeFile(join(folder, 'labels.csv'), labels),
      writeFile(join(folder, 'blue.jpg'), await drawBlueScene()),
      writeFile(join(folder, 'none.jpg'), await drawScene([])),
      writeFile(join(folder, 'noise.jpg'), 'no picture'),
      writeFile(join(folder, 'crop.jpg'), await drawCrop('plate-green.png')),
    ])
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('read prints what it sees, goes on after a bad file, and then fails', async () => {
    const missing = join(folder, 'missing.jpg')
    const ended = await plates('read', join(folder, 'noise.jpg'), missing, join(folder, 'blue.jpg'))
    expect(ended.stdout).toContain(`* ${bluePlate}`)
    expect(ended.stderr).toContain('noise.jpg: picture unreadable')
    expect(ended.stderr).toContain('missing.jpg: ENOENT')
    expect(ended.code).toBe(1)
  })

  test('an empty file and a folder are bad files like any other', async () => {
    const ended = await plates('read', join(folder, 'empty.jpg'), folder)
    expect(ended.stderr).toContain('empty.jpg: picture unreadable')
    expect(ended.stderr).toContain('EISDIR')
    expect(ended.code).toBe(1)
  })

  test('eval of labels that name a missing file says which', async () => {
    const ended = await plates('eval', join(folder, 'holes'))
    expect(ended.stderr).toMatch(/gone\.jpg cannot be read; labels\.csv names it/)
    expect(ended.code).toBe(2)
  })

  test('read --crops --json prints one object a picture', async () => {
    const ended = await plates('read', '--crops', '--json', join(folder, 'crop.jpg'))
    expect(JSON.parse(ended.stdout)).toMatchObject({ reads: [{ plate: greenPlate }] })
    expect(ended.code).toBe(0)
  })

  test('eval --json ends with one object of counts; an unreadable picture is a miss', async () => {
    const ended = await plates('eval', folder, '--json')
    expect(JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      images: 3,
      exact: 2,
      accepted: 1,
      wrongAccepted: 0,
      rejected: 2,
      msPerImage: { p50: expect.any(Number), p95: expect.any(Number) },
    })
  })

  test.each([
    ['no command', [], 'unknown command ""'],
    ['another command', ['train'], 'unknown command "train"'],
    ['an unknown option', ['read', '--fast'], '--fast'],
    ['read without files', ['read'], 'one FILE or more'],
    ['eval without a folder', ['eval'], 'one DIR'],
    ['eval of no folder', ['eval', '/nowhere'], '/nowhere/labels.csv cannot be read'],
    ['a bad --every', ['eval', '.', '--every', '0'], '--every is "0"'],
  ])('%s is refused with what to do', async (_, args, message) => {
    const ended = await plates(...args)
    expect(ended.stderr).toContain(message)
    expect(ended.code).toBe(2)
  })

  test('--help explains itself', async () => {
    const ended = await plates('--help')
    expect(ended.stdout).toContain('npm run plates -- eval DIR')
    expect(ended.code).toBe(0)
  })
})
