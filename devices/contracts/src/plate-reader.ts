import type { Plate, PlateColour } from './plate.ts'

/** A corner in pixels of the picture as given, x to the right, y down. */
export type Corner = readonly [x: number, y: number]

/** One plate found in one picture. */
export type PlateRead = {
  readonly plate: Plate
  /** The text before the grammar chose. */
  readonly raw: string
  /** Probability that the whole plate is right, 0 to 1. */
  readonly confidence: number
  /** The next best plate for the same place, that the best must beat. */
  readonly runnerUp: { readonly plate: Plate; readonly confidence: number } | null
  readonly colour: PlateColour | null
  /** Top left, top right, bottom right, bottom left of the plate as it stands in the picture. */
  readonly corners: readonly [Corner, Corner, Corner, Corner]
}

/**
 * Reads every plate in a picture. Implementations: ONNX and scripted, in `models`; both pass
 * `describePlateReader` there. One picture is read at a time; `read` queues up to a named
 * limit and refuses beyond it.
 */
export type PlateReader = {
  /**
   * @param picture - An encoded JPEG, PNG or WebP, at most 16 MiB and 50 megapixels.
   * @returns Plates, the widest first; empty when there is none.
   * @throws {PictureError} `picture_unreadable`, `picture_too_large` or `reader_overloaded`.
   */
  read(picture: Uint8Array, call: { readonly signal: AbortSignal }): Promise<readonly PlateRead[]>

  /** Frees the networks. Idempotent. */
  close(): Promise<void>
}

/** A picture a camera took. */
export type Frame = {
  readonly cameraId: string
  readonly picture: Uint8Array
  readonly capturedAt: string
}

/** A camera, whatever it hangs on. Implementations: HTTP snapshot and watched folder, in `devices/drivers`. */
export type Camera = {
  readonly cameraId: string
  /**
   * The newest picture; null when there is none newer than the last one taken.
   *
   * @throws {DeviceError} `device_timeout`, `device_garbled` (not a picture, or over the
   *   limit of 16 MiB) or `device_refused`.
   */
  capture(call: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<Frame | null>
  close(): Promise<void>
}
