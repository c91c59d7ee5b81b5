import type { Camera, PlateReader, PlateVote } from '@forecourt/contracts'
import type { Logger } from 'pino'

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
export type Watch = {
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

/** Not written yet; the door's types are fixed. */
export function createPlateWatcher(_deps: PlateWatcherDeps): PlateWatcher {
  throw new Error('plate watcher: being written')
}
