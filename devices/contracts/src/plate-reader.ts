import type { Plate, PlateColour } from './plate.ts'

/** A corner in pixels of the picture as given, x to the right, y down. */
export type Corner = readonly [x: number, y: number]

/**
 * Why a read is only a hint and may not lead to a charge; the first that applies.
 * `too_small` the plate has too few pixels · `views_disagree` another cut of the same place
 * reads otherwise · `ambiguous` a second plate fits nearly as well · `colour_disagrees` the
 * ground is not painted as that type is · `low_confidence` none of these alone, but not sure.
 */
export const plateRejections = [
  'too_small',
  'views_disagree',
  'ambiguous',
  'colour_disagrees',
  'low_confidence',
] as const
export type PlateRejection = (typeof plateRejections)[number]

/** One plate found in one picture. */
export type PlateRead = {
  readonly plate: Plate
  /** The text before the grammar chose. */
  readonly raw: string
  /** Probability that the whole plate is right, 0 to 1. */
  readonly confidence: number
  /** Null exactly when `confidence` is `plateAcceptConfidence` or more: the read is accepted. */
  readonly rejected: PlateRejection | null
  /** The next best plate for the same place, that the best must beat. */
  readonly runnerUp: { readonly plate: Plate; readonly confidence: number } | null
  readonly colour: PlateColour | null
  /** Top left, top right, bottom right, bottom left of the plate as it stands in the picture. */
  readonly corners: readonly [Corner, Corner, Corner, Corner]
}

/** What a reader did since it was made. */
export type PlateReaderStats = {
  /** Pictures read to the end, with or without a plate in them. */
  readonly read: number
  /** Pictures that made place for newer ones while they waited. */
  readonly dropped: number
}

/**
 * Reads every plate in a picture. Implementations: ONNX and scripted, in `models`; both pass
 * `describePlateReader` there. One picture is read at a time; the others wait in a queue of a
 * named length. When it is full the oldest that waits is dropped: the newest picture tells most.
 */
export type PlateReader = {
  /**
   * @param picture - An encoded JPEG, PNG or WebP, at most 16 MiB and 50 megapixels.
   * @returns Plates, the widest first, or among those nearly as wide the one nearest to the middle;
   *   behind them plates that could not be named (confidence under 0.05); empty without a plate.
   * @throws {PictureError} `picture_unreadable`, `picture_too_large`, or `reader_overloaded` when
   *   the picture made place for a newer one or the reader is closed.
   */
  read(picture: Uint8Array, call: { readonly signal: AbortSignal }): Promise<readonly PlateRead[]>

  /** Counts since the reader was made. */
  stats(): PlateReaderStats

  /** Frees the networks after the picture being read; those that wait are refused. Idempotent. */
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
