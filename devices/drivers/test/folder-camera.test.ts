import { mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createFolderCamera } from '../src/index.ts'
import { pictureBytesMax } from '../src/picture.ts'
import { describeCamera, jpeg } from './camera-conformance.ts'

const createFolder = () => mkdtemp(join(tmpdir(), 'forecourt-camera-'))

/** Files get a time of their own each, a second apart, so that `newest` is never a matter of luck. */
function createWriter(folder: string) {
  let second = 1_700_000_000
  return async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name)
    second += 1
    await writeFile(path, bytes)
    await utimes(path, second, second)
  }
}

describeCamera('the folder camera', async () => {
  const folder = await createFolder()
  const write = createWriter(folder)
  const camera = createFolderCamera({ cameraId: 'cam-1', path: folder })
  let count = 0
  return {
    camera,
    show: (picture) => {
      count += 1
      return write(`${count}.jpg`, picture)
    },
    breakDown: () => rm(folder, { recursive: true }),
    dispose: async () => {
      await camera.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})

async function open() {
  const folder = await createFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const camera = createFolderCamera({ cameraId: 'cam-1', path: folder })
  const capture = () => camera.capture({ timeoutMs: 1_000, signal: AbortSignal.timeout(5_000) })
  return { folder, write: createWriter(folder), capture }
}

test('an empty folder has no picture', async () => {
  const { capture } = await open()
  expect(await capture()).toBeNull()
})

test('the newest picture is given, not the one with the highest name', async () => {
  const { write, capture } = await open()
  await write('z.jpg', jpeg(1))
  await write('a.JPG', jpeg(2))
  const frame = await capture()
  expect(frame?.picture).toEqual(jpeg(2))
  expect(frame?.capturedAt).toBe(new Date(1_700_000_002_000).toISOString())
})

test('a picture still being written is passed over, and given once it is whole', async () => {
  const { write, capture } = await open()
  await write('1.jpg', jpeg(1))
  await write('2.jpg', jpeg(2).subarray(0, 6))
  expect((await capture())?.picture).toEqual(jpeg(1))
  expect(await capture()).toBeNull()
  await write('2.jpg', jpeg(2))
  expect((await capture())?.picture).toEqual(jpeg(2))
})

test('a file overwritten in place is a new picture', async () => {
  const { write, capture } = await open()
  await write('now.jpg', jpeg(1))
  expect((await capture())?.picture).toEqual(jpeg(1))
  await write('now.jpg', jpeg(2))
  expect((await capture())?.picture).toEqual(jpeg(2))
})

test('other files, hidden files and dangling links do no harm', async () => {
  const { folder, write, capture } = await open()
  await write('1.jpg', jpeg(1))
  await write('labels.csv', Buffer.from('file,plate'))
  await write('.2.jpg', jpeg(2))
  await symlink(join(folder, 'gone'), join(folder, '3.jpg'))
  expect((await capture())?.picture).toEqual(jpeg(1))
})

test('a picture over the limit is garbled', async () => {
  const { write, capture } = await open()
  await write('1.jpg', new Uint8Array(pictureBytesMax + 1))
  await expect(capture()).rejects.toMatchObject({ code: 'device_garbled' })
})

test('a folder that is not there is a refusal that names it', async () => {
  const { folder, capture } = await open()
  await rm(folder, { recursive: true })
  await expect(capture()).rejects.toThrow(`cannot read the folder ${folder}`)
})
