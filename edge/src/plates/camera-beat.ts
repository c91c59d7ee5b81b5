import { setTimeout as sleep } from 'node:timers/promises'
import type { Camera, Frame } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { within } from '../within.ts'
import { captureRejection } from './rejection.ts'

/** How long a camera may take for one picture. */
const captureTimeoutMs = 3_000

/**
 * A picture taken longer ago may show the car before, and is dropped and counted. A minute
 * allows for cameras that take one picture when a car arrives, and put it in a folder.
 */
const pictureAgeMaxMs = 60_000

/** One camera's rhythm while somebody looks through it. */
type CameraBeat = {
  /** Takes a picture at once, then one a beat while `isWanted`. */
  start(): void
  /** Settles when the camera rests. */
  rest(): Promise<void>
}

type CameraBeatDeps = {
  readonly camera: Camera
  readonly readEveryMs: number
  readonly isWanted: () => boolean
  /**
   * Called as a capture begins; what it returns is called with the frame. So only who looked
   * before the capture sees the frame: an earlier one may show the car before.
   */
  readonly begin: () => (frame: Frame) => void
  readonly log: Logger
  readonly clock: () => Date
  readonly count: (rejection: string) => void
  readonly signal: AbortSignal
}

export function createCameraBeat(deps: CameraBeatDeps): CameraBeat {
  let isRunning = false
  let run: Promise<void> = Promise.resolve()
  let pause = new AbortController()

  async function beat(): Promise<void> {
    while (deps.isWanted() && !deps.signal.aborted) {
      pause = new AbortController()
      await takePicture(deps)
      await pauseFor(deps.readEveryMs, AbortSignal.any([pause.signal, deps.signal]))
    }
    isRunning = false
  }

  return {
    start() {
      pause.abort() // Cuts the pause short; during a capture, the pause after it.
      if (isRunning) return
      isRunning = true
      run = beat()
    },
    rest: () => run,
  }
}

async function takePicture(deps: CameraBeatDeps): Promise<void> {
  const { camera, signal } = deps
  const onFrame = deps.begin()
  const call = { timeoutMs: captureTimeoutMs, signal }
  const frame = await within(call, (limited) =>
    camera.capture({ timeoutMs: captureTimeoutMs, signal: limited }),
  ).catch((error: unknown) => {
    // The next beat tries again; a camera that is down stops nobody else's.
    if (signal.aborted) return null
    const rejection = captureRejection(error)
    deps.count(rejection)
    deps.log.warn({ cameraId: camera.cameraId, rejection, err: error }, 'no picture')
    return null
  })
  if (frame === null) return
  const ageMs = deps.clock().getTime() - Date.parse(frame.capturedAt)
  if (ageMs > pictureAgeMaxMs) deps.count('picture_stale')
  else onFrame(frame)
}

async function pauseFor(pauseMs: number, signal: AbortSignal): Promise<void> {
  await sleep(pauseMs, undefined, { signal }).catch(() => {
    // Cut short: by a new look, which wants its picture now, or by the end.
  })
}
