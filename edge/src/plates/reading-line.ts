import type { Frame, PlateRead, PlateReader } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { within } from '../within.ts'
import { readRejection } from './rejection.ts'

/** Limits of the line before the one reader. */
export const readingLimits = {
  /** Frames that wait at once, one a camera. Beyond, the oldest is dropped and counted. */
  framesWaitingMax: 4,
  /** A read that takes longer is given up; about a hundred times what one takes. */
  readTimeoutMs: 10_000,
} as const

/** A frame in line, and who wants to know. */
export type Waiting = {
  readonly frame: Frame
  /** Asked when its turn comes: a frame nobody waits for any more costs no read. */
  readonly isWanted: () => boolean
  readonly onReads: (reads: readonly PlateRead[]) => void
}

/** Adds a frame, newest last. A newer frame of a camera replaces the one of it that still waits. */
export function joinLine(
  line: readonly Waiting[],
  waiting: Waiting,
): { readonly line: readonly Waiting[]; readonly dropped: number } {
  const others = line.filter(({ frame }) => frame.cameraId !== waiting.frame.cameraId)
  const next = [...others, waiting].slice(-readingLimits.framesWaitingMax)
  return { line: next, dropped: line.length + 1 - next.length }
}

/** Reads frames one after the other. */
type ReadingLine = {
  add(waiting: Waiting): void
  /** Settles when nothing is being read. */
  rest(): Promise<void>
}

type ReadingLineDeps = {
  readonly reader: PlateReader
  readonly log: Logger
  readonly clock: () => Date
  readonly count: (rejection: string) => void
  readonly signal: AbortSignal
}

export function createReadingLine(deps: ReadingLineDeps): ReadingLine {
  let line: readonly Waiting[] = []
  let isRunning = false
  let run: Promise<void> = Promise.resolve()

  async function readAll(): Promise<void> {
    while (line.length > 0 && !deps.signal.aborted) {
      const [next, ...rest] = line
      line = rest
      if (next === undefined || !next.isWanted()) continue
      const reads = await readFrame(next.frame, deps)
      if (reads !== null) next.onReads(reads)
    }
    isRunning = false
  }

  return {
    add(waiting) {
      const joined = joinLine(line, waiting)
      line = joined.line
      for (let dropped = 0; dropped < joined.dropped; dropped++) deps.count('frames_dropped')
      if (isRunning) return
      isRunning = true
      run = readAll()
    },
    rest: () => run,
  }
}

/** A frame's plates, or null when it could not be read: the next frame may be good. */
async function readFrame(
  frame: Frame,
  deps: ReadingLineDeps,
): Promise<readonly PlateRead[] | null> {
  const { cameraId, picture, capturedAt } = frame
  try {
    const reads = await within(
      { timeoutMs: readingLimits.readTimeoutMs, signal: deps.signal },
      (signal) => deps.reader.read(picture, { signal }),
    )
    const ageMs = deps.clock().getTime() - Date.parse(capturedAt)
    deps.log.debug({ cameraId, plates: reads.length, ageMs }, 'picture read')
    return reads
  } catch (error) {
    if (deps.signal.aborted) return null
    const rejection = readRejection(error)
    deps.count(rejection)
    deps.log.warn({ cameraId, rejection, err: error }, 'picture not read')
    return null
  }
}
