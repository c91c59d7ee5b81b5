import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Camera,
  DeviceError,
  type Frame,
  PictureError,
  Plate,
  type PlateRead,
  type PlateReader,
  type PlateVote,
} from '@forecourt/contracts'
import { createScriptedPlateReader } from '@forecourt/models'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import {
  createPlateWatcher,
  type PlateWatcher,
  type PlateWatcherDeps,
} from '../src/plates/index.ts'

const frameOf = (cameraId: string, picture: string): Frame => ({
  cameraId,
  picture: Buffer.from(picture),
  capturedAt: new Date().toISOString(),
})

/** A camera whose every picture the test hands over; `asked` counts captures begun. */
function createHandCamera(cameraId: string) {
  const waiting: ((answer: () => Frame | null) => void)[] = []
  const state = { asked: 0 }
  const camera: Camera = {
    cameraId,
    capture: () => {
      state.asked += 1
      const answer = new Promise<() => Frame | null>((resolve) => waiting.push(resolve))
      return answer.then((give) => give())
    },
    close: async () => undefined,
  }
  const answer = async (give: () => Frame | null) => {
    await until(`${cameraId} is asked for a picture`, () => waiting.length > 0)
    waiting.shift()?.(give)
  }
  return {
    camera,
    state,
    giveFrame: (frame: Frame) => answer(() => frame),
    give: (picture: string) => answer(() => frameOf(cameraId, picture)),
    giveNothing: () => answer(() => null),
    fail: (error: Error) =>
      answer(() => {
        throw error
      }),
  }
}

/** Reads a picture that is its own script: `沪A12345 0.98`, `nothing`, or anything else to fail. */
function readScript(picture: Uint8Array): readonly PlateRead[] {
  const [text = '', confidence] = Buffer.from(picture).toString().split(' ')
  if (text === 'nothing') return []
  const plate = Plate.safeParse(text).data
  if (plate === undefined) throw new PictureError('picture_unreadable', text)
  return [
    {
      plate,
      raw: text,
      confidence: Number(confidence),
      rejected: null,
      runnerUp: null,
      colour: 'blue',
      corners: [
        [0, 0],
        [100, 0],
        [100, 30],
        [0, 30],
      ],
    },
  ]
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (holds()) return
    await sleep(10)
  }
  throw new Error(`not within ten seconds: ${what}`)
}

let watcher: PlateWatcher | null = null
afterEach(() => watcher?.close())

function start(
  cameras: readonly Camera[],
  options: Partial<PlateWatcherDeps['settings']> & { reader?: PlateReader } = {},
) {
  const counted: string[] = []
  const { reader = createScriptedPlateReader(readScript), ...limits } = options
  watcher = createPlateWatcher({
    cameras: new Map(cameras.map((camera) => [camera.cameraId, camera])),
    reader,
    settings: { readEveryMs: 1, framesMax: 6, agreeingFrames: 2, ...limits },
    log: pino({ level: 'silent' }),
    clock: () => new Date(),
    count: (rejection) => void counted.push(rejection),
  })
  return { counted, watcher }
}

/** Watches, and remembers what each frame made of the plate. */
function look(through: PlateWatcher, cameraId: string, fuellingPoint = 1) {
  const votes: (readonly PlateVote[])[] = []
  const stop = through.watch({
    fuellingPoint,
    cameraId,
    onVotes: (plates) => void votes.push(plates),
  })
  return { votes, stop, heard: (count: number) => until('votes came', () => votes.length >= count) }
}

describe('a visit', () => {
  test('is looked at at once, and no longer once enough frames agree', async () => {
    const { camera, give, state } = createHandCamera('cam-1')
    const { votes, heard } = look(start([camera]).watcher, 'cam-1')
    expect(state.asked).toBe(1)
    await give('沪A12345 0.98')
    await heard(1)
    expect(votes[0]).toMatchObject([{ plate: '沪A12345', frames: 1 }])
    await give('沪A12345 0.98')
    await heard(2)
    expect(votes[1]).toMatchObject([{ plate: '沪A12345', frames: 2 }])
    await sleep(50)
    expect(state.asked).toBe(2)
  })

  test('whose frames disagree is looked at until the last allowed', async () => {
    const { camera, give, state } = createHandCamera('cam-1')
    const { votes, heard } = look(start([camera], { framesMax: 3 }).watcher, 'cam-1')
    for (const picture of ['沪A12345 0.6', '沪A12346 0.6', 'nothing']) await give(picture)
    await heard(3)
    expect(votes[2]?.map(({ plate }) => plate).sort()).toEqual(['沪A12345', '沪A12346'])
    await sleep(50)
    expect(state.asked).toBe(3)
  })

  test('with two sure frames that agree too little is looked at on', async () => {
    const { camera, give, state } = createHandCamera('cam-1')
    const { heard } = look(start([camera], { agreeingFrames: 3 }).watcher, 'cam-1')
    for (let frame = 1; frame <= 2; frame++) await give('沪A12345 0.99')
    await heard(2)
    await until('a third picture is asked for', () => state.asked === 3)
  })

  test('hears nothing after it stopped, not even what was being read', async () => {
    let finish: (reads: readonly PlateRead[]) => void = () => undefined
    let reading = 0
    const slow: PlateReader = {
      read: () => {
        reading += 1
        return new Promise((resolve) => {
          finish = resolve
        })
      },
      stats: () => ({ read: 0, dropped: 0 }),
      close: async () => undefined,
    }
    const { camera, give } = createHandCamera('cam-1')
    const through = start([camera], { reader: slow }).watcher
    const stopped = look(through, 'cam-1')
    await give('沪A12345 0.98')
    await until('it is being read', () => reading === 1)
    stopped.stop()
    const next = look(through, 'cam-1')
    finish(readScript(Buffer.from('沪A12345 0.98')))
    await give('沪B67890 0.98') // Asked for before the new visit; may be the car before.
    await give('沪C11111 0.98')
    await until('the next is being read', () => reading === 2)
    finish(readScript(Buffer.from('沪C11111 0.98')))
    await next.heard(1)
    expect(stopped.votes).toEqual([])
    expect(next.votes[0]).toMatchObject([{ plate: '沪C11111' }])
  })
})

describe('one camera for two fuelling points', () => {
  test('takes one picture for both, but shows none from before a visit', async () => {
    const { camera, give, state } = createHandCamera('cam-1')
    const through = start([camera]).watcher
    const first = look(through, 'cam-1', 1)
    const second = look(through, 'cam-1', 2)
    await give('沪A12345 0.5')
    await first.heard(1)
    expect(second.votes).toEqual([])
    await give('沪A12345 0.5')
    await second.heard(1)
    expect(first.votes).toHaveLength(2)
    expect(second.votes[0]).toMatchObject([{ plate: '沪A12345', frames: 1 }])
    expect(state.asked).toBeLessThanOrEqual(3)
  })
})

test('a new visit does not wait for the beat of another', async () => {
  const { camera, give, state } = createHandCamera('cam-1')
  const through = start([camera], { readEveryMs: 600_000 }).watcher
  const first = look(through, 'cam-1', 1)
  await give('沪A12345 0.5')
  await first.heard(1)
  const second = look(through, 'cam-1', 2)
  await give('沪A12345 0.5')
  await second.heard(1)
  expect(state.asked).toBe(2)
})

describe('a failure', () => {
  test('of a camera is counted by name, and it is asked again', async () => {
    const { camera, give, fail, giveNothing } = createHandCamera('cam-1')
    const { counted, watcher: through } = start([camera])
    const { votes, heard } = look(through, 'cam-1')
    await fail(new DeviceError('device_timeout', 'cam-1', 'no answer'))
    await fail(new DeviceError('device_garbled', 'cam-1', 'no picture'))
    await fail(new Error('out of the blue'))
    await giveNothing()
    await give('沪A12345 0.98')
    await heard(1)
    expect(votes[0]).toMatchObject([{ plate: '沪A12345' }])
    expect(counted).toEqual(['camera_timeout', 'camera_garbled', 'camera_failed'])
  })

  test('of a picture is counted by name, and does not use up a frame', async () => {
    const { camera, give } = createHandCamera('cam-1')
    const { counted, watcher: through } = start([camera], { framesMax: 1 })
    const { votes, heard } = look(through, 'cam-1')
    await give('not-a-plate')
    await give('沪A12345 0.98')
    await heard(1)
    expect(votes[0]).toMatchObject([{ plate: '沪A12345' }])
    expect(counted).toEqual(['picture_unreadable'])
  })

  test('to give a picture of this visit is counted: an old one may show the car before', async () => {
    const { camera, give, giveFrame } = createHandCamera('cam-1')
    const { counted, watcher: through } = start([camera])
    const { votes, heard } = look(through, 'cam-1')
    const capturedAt = new Date(Date.now() - 61_000).toISOString()
    await giveFrame({ ...frameOf('cam-1', '沪B67890 0.98'), capturedAt })
    await give('沪A12345 0.98')
    await heard(1)
    expect(votes[0]).toMatchObject([{ plate: '沪A12345' }])
    expect(counted).toEqual(['picture_stale'])
  })

  test('of one camera, even for ever, leaves the others alone', async () => {
    const hung = createHandCamera('cam-1')
    const thrower: Camera = {
      cameraId: 'cam-2',
      capture() {
        throw new TypeError('a driver with a bug')
      },
      close: async () => undefined,
    }
    const good = createHandCamera('cam-3')
    const { counted, watcher: through } = start([hung.camera, thrower, good.camera])
    look(through, 'cam-1')
    look(through, 'cam-2')
    const { heard } = look(through, 'cam-3')
    await good.give('沪A12345 0.98')
    await heard(1)
    await until('the thrower is counted', () => counted.includes('camera_failed'))
    await through.close() // Ends although cam-1 never answered.
  })

  test('to name a camera is counted, and ends nothing', () => {
    const { counted, watcher: through } = start([])
    look(through, 'cam-9').stop()
    expect(counted).toEqual(['camera_unknown'])
  })
})

test('a closed watcher watches no more', async () => {
  const { camera, state } = createHandCamera('cam-1')
  const through = start([camera]).watcher
  await through.close()
  look(through, 'cam-1').stop()
  await through.close()
  expect(state.asked).toBe(0)
})
