import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Camera, Plate, type PlateVote } from '@forecourt/contracts'
import { createFolderCamera, createHttpCamera } from '@forecourt/drivers'
import { createScriptedPlateReader } from '@forecourt/models'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPlateWatcher, type PlateWatcher } from '../src/plates/index.ts'

/** The smallest thing a driver takes for a JPEG: its frame around a comment that names the plate. */
function pictureOf(text: string): Buffer {
  const comment = Buffer.from(text)
  const segment = Buffer.from([0xff, 0xfe, 0, comment.length + 2])
  const end = Buffer.from([0xff, 0xd9])
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment, comment, end])
}

const reader = createScriptedPlateReader((picture) => {
  const text = Buffer.from(picture).toString()
  const plate = Plate.safeParse(/沪A\d{5}/.exec(text)?.[0]).data
  if (plate === undefined) return []
  const corners = [
    [0, 0],
    [90, 0],
    [90, 30],
    [0, 30],
  ] as const
  const sure = { confidence: 0.98, rejected: null, runnerUp: null } as const
  return [{ plate, raw: plate, ...sure, colour: 'blue', corners }]
})

let folder: string
let server: Server
let answer: () => { readonly status: number; readonly body: Buffer | string }
let watcher: PlateWatcher
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forecourt-camera-'))
  server = createServer((_request, response) => {
    const { status, body } = answer()
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await watcher.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

function cameraUrl(): string {
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/cam.jpg`
}

function look(camera: Camera) {
  const votes: (readonly PlateVote[])[] = []
  const counted: string[] = []
  watcher = createPlateWatcher({
    cameras: new Map([[camera.cameraId, camera]]),
    reader,
    settings: { readEveryMs: 5, framesMax: 6, agreeingFrames: 2 },
    log: pino({ level: 'silent' }),
    clock: () => new Date(),
    count: (rejection) => void counted.push(rejection),
  })
  const { cameraId } = camera
  watcher.watch({ fuellingPoint: 1, cameraId, onVotes: (plates) => void votes.push(plates) })
  return { votes, counted }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (holds()) return
    await sleep(10)
  }
  throw new Error(`not within ten seconds: ${what}`)
}

describe('a plate', () => {
  test('is read through a camera that answers late, wrongly and at last well', async () => {
    const answers = [
      { status: 503, body: 'starting' },
      { status: 200, body: 'not a picture' },
      { status: 200, body: pictureOf('沪A12345 frame 1') },
      { status: 200, body: pictureOf('沪A12345 frame 2') },
    ]
    let asked = 0
    answer = () => answers[asked++] ?? { status: 500, body: 'asked too often' }
    const { votes, counted } = look(createHttpCamera({ cameraId: 'cam-1', url: cameraUrl() }))
    await until('both frames are read', () => votes.length === 2)
    expect(votes[1]).toMatchObject([{ plate: '沪A12345', frames: 2 }])
    expect(counted).toEqual(['camera_refused', 'camera_garbled'])
  })

  test('is read from a folder when its picture comes, not from a picture of an hour ago', async () => {
    const old = join(folder, 'old.jpg')
    await writeFile(old, pictureOf('沪A99999'))
    const hourAgo = Date.now() / 1_000 - 3_600
    await utimes(old, hourAgo, hourAgo)
    const { votes, counted } = look(createFolderCamera({ cameraId: 'cam-2', path: folder }))
    await until('the old picture is refused', () => counted.includes('picture_stale'))
    await writeFile(join(folder, 'new.jpg'), pictureOf('沪A12345'))
    await until('the new one is read', () => votes.length === 1)
    expect(votes[0]?.map(({ plate }) => plate)).toEqual(['沪A12345'])
  })
})
