import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bluePlate, drawBlueScene, drawCrop, drawScene, greenPlate } from '../draw-scene.ts'
import { plates, program } from './run-plates.ts'

describe('the plates command', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forecourt-plates-'))
    await mkdir(join(folder, 'holes'))
    await writeFile(
      join(folder, 'holes/labels.csv'),
      `file,plate\ncrop.jpg,\ngone.jpg,${bluePlate}\n`,
    )
    await writeFile(join(folder, 'holes/crop.jpg'), 'read first, this would be a miss')
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

  test('read prints what it sees, draws it, goes on after a bad file, and then fails', async () => {
    const missing = join(folder, 'missing.jpg')
    const blue = join(folder, 'blue.jpg')
    const ended = await plates(['read', join(folder, 'noise.jpg'), missing, blue])
    expect(ended.stdout).toContain(`* ${bluePlate}`)
    expect(ended.stderr).toContain('noise.jpg: picture unreadable')
    expect(ended.stderr).toContain('missing.jpg: ENOENT, no such file')
    expect(ended.code).toBe(1)
    expect((await stat(join(folder, 'blue.plates.jpg'))).size).toBeGreaterThan(1_000)
  })

  test('an empty file and a folder are bad files like any other', async () => {
    const ended = await plates(['read', join(folder, 'empty.jpg'), folder])
    expect(ended.stderr).toContain('empty.jpg: picture unreadable')
    expect(ended.stderr).toContain(`${folder}: a folder; give the pictures in it`)
    expect(ended.code).toBe(1)
  })

  test('a file too large to be a picture is refused before it is read', async () => {
    const file = join(folder, 'film.jpg')
    await writeFile(file, '')
    await truncate(file, 8 * 1024 ** 3)
    const ended = await plates(['read', file])
    expect(ended.stderr).toContain('film.jpg: picture too large: 8589934592 bytes')
    expect(ended.code).toBe(1)
  })

  test.each([
    ['--out', 'read', ['--out']],
    ['--out', 'eval', ['--out']],
    ['--features', 'eval', ['--features']],
  ])('%s of %s that cannot be written is refused before the work', async (_, command, option) => {
    const paths = command === 'read' ? [join(folder, 'blue.jpg')] : [folder]
    const ended = await plates([command, ...paths, ...option, join(folder, 'blue.jpg/x')])
    expect(ended.stderr).toContain('blue.jpg/x cannot be written; give')
    expect(ended.stdout).toBe('')
    expect(ended.code).toBe(2)
  })

  test('a folder that takes no new ones is refused like any other', async () => {
    const ended = await plates(['eval', folder, '--out', '/proc/forecourt/x'])
    expect(ended.stderr).toContain('/proc/forecourt/x cannot be written; give')
    expect(ended.code).toBe(2)
  })

  test('eval of labels that name a missing file says which', async () => {
    const ended = await plates(['eval', join(folder, 'holes')])
    expect(ended.stderr).toMatch(/gone\.jpg cannot be read; labels\.csv names it/)
    expect(ended.stdout).toBe('')
    expect(ended.code).toBe(2)
  })

  test('read --crops --json prints one object a picture, and can leave the drawing', async () => {
    const crop = join(folder, 'crop.jpg')
    const ended = await plates(['read', '--crops', '--json', '--no-picture', crop])
    expect(JSON.parse(ended.stdout)).toMatchObject({
      reads: [{ plate: greenPlate }],
      annotated: null,
    })
    expect(ended.code).toBe(0)
  })

  test('read --out keeps pictures of the same name apart', async () => {
    const [crop, out] = [join(folder, 'crop.jpg'), join(folder, 'drawn')]
    const second = join(folder, 'crop-2.jpg')
    await writeFile(second, await drawCrop('plate-green.png'))
    const ended = await plates(['read', '--crops', crop, crop, second, '--out', out])
    expect(ended.stdout).toContain(join(out, 'crop.plates.jpg'))
    for (const name of ['crop-2.plates.jpg', 'crop-2-2.plates.jpg'])
      expect((await stat(join(out, name))).isFile()).toBe(true)
  })

  test('read keeps pictures apart whose names differ in their end only', async () => {
    const [one, other] = [join(folder, 'twin.jpg'), join(folder, 'twin.png')]
    for (const file of [one, other]) await writeFile(file, await drawCrop('plate-green.png'))
    const { stdout } = await plates(['read', '--crops', '--json', one, other])
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).annotated),
    ).toEqual([join(folder, 'twin.plates.jpg'), join(folder, 'twin-2.plates.jpg')])
  })

  test('relative paths are meant from where npm run plates was typed', async () => {
    const env = { npm_lifecycle_event: 'plates', INIT_CWD: folder }
    const ended = await plates(['read', '--crops', '--no-picture', 'crop.jpg'], { env })
    expect(ended.stdout).toContain(greenPlate)
  })

  test('eval --json ends with one object of counts, rates and pictures; an unreadable picture is a miss', async () => {
    const [out, features] = [join(folder, 'out'), join(folder, 'features.jsonl')]
    const args = ['eval', folder, '--json', '--out', out, '--features', features]
    const { stdout, stderr } = await plates(args)
    expect(stderr).toContain(`${join(folder, 'noise.jpg')}: picture unreadable`)
    const measured = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(measured).toMatchObject({
      images: 3,
      unreadable: 1,
      misses: [{ file: 'noise.jpg', truth: '皖A12345', read: null, kind: 'unread' }],
      missesLeftOut: 0,
      exact: 2,
      accepted: 1,
      wrongAccepted: 0,
      rejected: 2,
      reasons: { no_plate_there: 1, unreadable_picture: 1 },
      rates: { mainChosen: { count: 1, total: 2 }, negativesAccepted: { count: 0, total: 1 } },
      msPerImage: { p50: expect.any(Number), p95: expect.any(Number) },
    })
    for (const file of Object.values<string>(measured.files))
      expect((await stat(file)).isFile()).toBe(true)
    expect(JSON.parse(await readFile(features, 'utf8'))).toMatchObject({ right: true })
  })

  test('eval of several folders reports each and all together', async () => {
    const out = join(folder, 'both')
    const { stdout } = await plates(['eval', folder, folder, '--every', '3', '--out', out])
    expect(stdout).toMatch(/^all: 2 pictures · 张图片$/m)
    expect(stdout).toMatch(/exact · 全部读对 +2 of 2 {2}100\.00 %/)
    expect((await stat(join(out, `2-${basename(folder)}`, 'reliability.png'))).isFile()).toBe(true)
  })

  test('visits votes over the frames of each folder that comes on standard input', async () => {
    const visit = join(folder, 'visit')
    await mkdir(visit)
    const frame = await drawBlueScene()
    for (const name of ['1.jpg', '2.jpg']) await writeFile(join(visit, name), frame)
    await writeFile(join(visit, '3.jpg'), 'a camera that stumbled')
    const { stdout, stderr, code } = await plates(['visits', '--json'], { stdin: `${visit}\n` })
    expect(JSON.parse(stdout)).toMatchObject({
      frames: 3,
      framesWithPlate: 2,
      framesUnreadable: 1,
      plates: [{ plate: bluePlate, frames: 2 }],
      perFrame: [{ plate: bluePlate }, { plate: bluePlate }, null],
    })
    expect(stderr).toContain('3.jpg: picture unreadable')
    expect(code).toBe(0)
    const forPeople = await plates(['visits', visit])
    expect(forPeople.stdout).toContain('1 of 3 frames unreadable · 3 帧中 1 帧无法读取')
  })

  test('visits answers for a folder without a frame it can read, and reads the others', async () => {
    const [empty, frames] = [join(folder, 'no-frames'), join(folder, 'frames')]
    await Promise.all([mkdir(empty), mkdir(frames)])
    await writeFile(join(empty, '1.plates.jpg'), 'drawn by read')
    await writeFile(join(frames, '1.jpg'), await drawScene([]))
    const { stdout, stderr, code } = await plates(['visits', '--json'], {
      stdin: `/nowhere\n${empty}\n${frames}\n`,
    })
    const [first, second, third] = stdout.trim().split('\n')
    const error = '/nowhere cannot be read; give a folder of frames'
    expect(JSON.parse(first ?? '')).toEqual({ folder: '/nowhere', error })
    expect(JSON.parse(second ?? '').error).toContain('holds no JPEG, PNG or WebP frame')
    expect(JSON.parse(third ?? '')).toMatchObject({ folder: frames, frames: 1 })
    expect(stderr).toContain(error)
    expect(code).toBe(2)
  })

  test.each([
    ['no command', [], 'unknown command ""'],
    ['another command', ['train'], 'unknown command "train"'],
    ['an unknown option', ['read', '--fast'], '--fast'],
    ['read without files', ['read'], 'one FILE or more'],
    ['eval without a folder', ['eval'], 'one DIR or more'],
    ['eval of no folder', ['eval', '/nowhere'], '/nowhere/labels.csv cannot be read'],
    ['visits of no folder', ['visits', '/nowhere'], '/nowhere cannot be read'],
    ['read --every', ['read', 'a.jpg', '--every', '5'], '--every belongs to eval, not to "read"'],
    ['read --features', ['read', 'a.jpg', '--features', 'f'], '--features belongs to eval'],
    ['eval --no-picture', ['eval', '.', '--no-picture'], '--no-picture belongs to read'],
    ['visits --out', ['visits', '.', '--out', 'x'], '--out belongs to read and eval'],
    ['a bad --every', ['eval', '.', '--every', '0'], '--every is "0"'],
  ])('%s is refused with what to do', async (_, args, message) => {
    const ended = await plates(args)
    expect(ended.stderr).toContain(message)
    expect(ended.code).toBe(2)
  })

  test('says nothing more when nobody reads on, and is no worse for it', async () => {
    const blue = join(folder, 'blue.jpg')
    const child = spawn(process.execPath, [program, 'read', '--no-picture', blue, blue, blue])
    child.stdout.destroy()
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints += text
    })
    const [code] = await once(child, 'close')
    expect(complaints).toBe('')
    expect(code).toBe(0)
  })

  test('--help explains itself', async () => {
    const ended = await plates(['--help'])
    expect(ended.stdout).toContain('npm run plates -- eval DIR')
    expect(ended.code).toBe(0)
  })
})
