import type { Camera, Frame, PlateRead, PlateReader, PlateVote } from '@forecourt/contracts'
import type { Logger } from 'pino'
import { createCameraBeat } from './camera-beat.ts'
import { addLook, firstLook, isSettled, type Look, platesOf } from './look.ts'
import { createReadingLine } from './reading-line.ts'

/** What a plate watcher needs. */
export type PlateWatcherDeps = {
  /** By camera id; several fuelling points may look through the same one. */
  readonly cameras: ReadonlyMap<string, Camera>
  /** One reader serves all cameras. The caller closes it, after the watcher. */
  readonly reader: PlateReader
  readonly settings: {
    /** From one picture of a camera to its next, while somebody watches. */
    readonly readEveryMs: number
    /** A visit's pictures read at most; then its watch ends. */
    readonly framesMax: number
    /** A watch ends early when this many frames agree above `acceptConfidence`. */
    readonly agreeingFrames: number
  }
  readonly log: Logger
  readonly clock: () => Date
  /** Counts a rejection by its stable name: `picture_unreadable`, `camera_timeout`, … */
  readonly count: (rejection: string) => void
}

/** One visit's look through one camera. */
type Watch = {
  readonly fuellingPoint: number
  readonly cameraId: string
  /** Called after each picture read, with at most three plates, best first. */
  readonly onVotes: (plates: readonly PlateVote[]) => void
}

export type PlateWatcher = {
  /**
   * Takes pictures until the returned function is called, enough frames agree, or `framesMax`
   * were read. Never throws: a camera that fails is counted and asked again at the next beat.
   */
  watch(watch: Watch): () => void
  /** Ends every watch and waits for the capture and the read under way. Idempotent. */
  close(): Promise<void>
}

/** A watch while it is open, and what it has seen. */
type OpenWatch = { readonly watch: Watch; look: Look }

/** Starts a watcher; it touches no camera until somebody watches. */
export function createPlateWatcher(deps: PlateWatcherDeps): PlateWatcher {
  const end = new AbortController()
  const open = new Set<OpenWatch>()
  const line = createReadingLine({ ...deps, signal: end.signal })
  const lookingThrough = (cameraId: string) =>
    [...open].filter(({ watch }) => watch.cameraId === cameraId)

  /** Shows one frame's plates to a watch, unless it ended meanwhile. */
  function show(looking: OpenWatch, reads: readonly PlateRead[]): void {
    if (!open.has(looking)) return
    looking.look = addLook(looking.look, reads)
    if (isSettled(looking.look, deps.settings)) open.delete(looking)
    looking.watch.onVotes(platesOf(looking.look))
  }

  /** Whoever looks as a capture begins gets its frame, and nobody who came later. */
  function beginCapture(cameraId: string): (frame: Frame) => void {
    const looking = lookingThrough(cameraId)
    return (frame) =>
      line.add({
        frame,
        isWanted: () => looking.some((each) => open.has(each)),
        onReads: (reads) => {
          for (const each of looking) show(each, reads)
        },
      })
  }

  const beatOf = (cameraId: string, camera: Camera) =>
    createCameraBeat({
      camera,
      readEveryMs: deps.settings.readEveryMs,
      isWanted: () => lookingThrough(cameraId).length > 0,
      begin: () => beginCapture(cameraId),
      log: deps.log,
      clock: deps.clock,
      count: deps.count,
      signal: end.signal,
    })
  const beats = new Map([...deps.cameras].map(([id, camera]) => [id, beatOf(id, camera)]))

  return {
    watch(watch) {
      const beat = beats.get(watch.cameraId)
      if (beat === undefined) {
        deps.count('camera_unknown')
        deps.log.error(
          { cameraId: watch.cameraId },
          'no such camera: see cameras in the configuration',
        )
      }
      if (beat === undefined || end.signal.aborted) return () => undefined
      const looking = { watch, look: firstLook }
      open.add(looking)
      beat.start()
      return () => void open.delete(looking)
    },
    async close() {
      open.clear()
      end.abort()
      await Promise.all([line.rest(), ...[...beats.values()].map((beat) => beat.rest())])
    },
  }
}
