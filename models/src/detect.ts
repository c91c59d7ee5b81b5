import { loadNetwork, type Network } from './network.ts'
import { type Candidate, cellPx, findPeaks, withoutDoubles } from './peaks.ts'
import type { Picture } from './picture.ts'
import { pixelBytes } from './pixels.ts'
import { mapCorners } from './quad.ts'
import { type FrameSize, type Region, shrinkInto, sizesOf } from './shrink.ts'

export type Detector = {
  /**
   * Looks at a region of a picture made `factor` times smaller; quads in pixels of the picture. In
   * one that is less than a cell wide or high then, there is no plate.
   */
  detect(picture: Picture, look: Look): Promise<readonly Candidate[]>
  /** Looks at pixels that somebody filled, four bytes each; quads in pixels of these. */
  detectPixels(bytes: Uint8Array, size: FrameSize): Promise<readonly Candidate[]>
  close(): Promise<void>
}

/** `factor` is a whole number or less than 2, as `shrinkInto` takes it. */
export type Look = { readonly region: Region; readonly factor: number }

/** Cells cooler than this hold no plate. Low: reading tells plates from grilles better. */
const scoreMin = 0.3

/** Our own detector: heat of plates' centres and offsets to their corners, every 8 pixels. */
export async function createDetector(onnx: Uint8Array): Promise<Detector> {
  const network = await loadNetwork(onnx, { input: 'frame', outputs: ['heat', 'corners', 'rows'] })
  let bytes = new Uint8Array(0)

  /** One buffer for all pictures; it grows to the largest frame there is. */
  function bytesFor({ widthPx, heightPx }: FrameSize): Uint8Array {
    const length = widthPx * heightPx * pixelBytes
    if (bytes.length < length) bytes = new Uint8Array(length)
    return bytes.subarray(0, length)
  }

  return {
    async detect(picture, { region, factor }) {
      if (Math.min(region.widthPx, region.heightPx) < cellPx * factor) return []
      const buffer = bytesFor(sizesOf(region, factor).frame)
      const size = shrinkInto(picture, region, factor, buffer)
      const found = await runOn(network, buffer, size)
      return found.map((candidate) => ({
        ...candidate,
        quad: mapCorners(candidate.quad, ([x, y]) => [
          region.left + x * factor,
          region.top + y * factor,
        ]),
      }))
    },
    detectPixels: (filled, size) => runOn(network, filled, size),
    close: () => network.close(),
  }
}

type DetectorNetwork = Network<'heat' | 'corners' | 'rows'>

async function runOn(
  network: DetectorNetwork,
  bytes: Uint8Array,
  { widthPx, heightPx }: FrameSize,
): Promise<readonly Candidate[]> {
  const { heat, corners, rows } = await network.run(bytes, [1, heightPx, widthPx])
  const size = { widthCells: widthPx / cellPx, heightCells: heightPx / cellPx }
  return findPeaks({ ...size, heat, corners, rows }, scoreMin)
}

/** Sides in pixels that a picture is shrunk to before the first look, by its own long side. */
const small = { longSideMaxPx: 1_280, lookPx: 640 } as const
/** From here on a factor is rounded up to 2, which is shrunk four times as fast. */
const nearlyTwice = 1.75
const middle = { longSideMaxPx: 1_920, factor: 2 } as const
const largeLookPx = 960

/** How many times smaller a whole picture is looked at. A 60-pixel plate of 1080p keeps 30. */
export function factorFor(picture: FrameSize): number {
  const longSidePx = Math.max(picture.widthPx, picture.heightPx)
  const exact = Math.max(1, longSidePx / small.lookPx)
  if (longSidePx <= small.longSideMaxPx) return exact >= nearlyTwice ? 2 : exact
  if (longSidePx <= middle.longSideMaxPx) return middle.factor
  return Math.ceil(longSidePx / largeLookPx)
}

/** The whole picture, at the scale its size asks for. */
export function lookAtAll(picture: FrameSize): Look {
  return { region: { left: 0, top: 0, ...sizeIn(picture) }, factor: factorFor(picture) }
}

/** Long side of a look from further away, for a plate that fills the picture. */
const nearLookPx = 224

export function lookAtNear(picture: FrameSize): Look {
  const factor = Math.ceil(Math.max(picture.widthPx, picture.heightPx) / nearLookPx)
  return { region: { left: 0, top: 0, ...sizeIn(picture) }, factor }
}

/** A picture's size and nothing else of it. */
function sizeIn({ widthPx, heightPx }: FrameSize): FrameSize {
  return { widthPx, heightPx }
}

/** Tiles of the second, finer look: of their own pixels, and how far neighbours overlap. */
const tile = { widthPx: 640, heightPx: 384, overlapPx: 96 } as const
/** At most so many tiles; a larger picture is looked at less finely. */
export const tilesMax = 16

/**
 * A finer look in tiles, for a picture in which nothing was found: half as much shrunk, or more
 * where that makes too many tiles. None for pictures that were seen in full already.
 */
export function tilesOf(picture: FrameSize): readonly Look[] {
  const first = factorFor(picture)
  for (let factor = Math.max(1, Math.floor(first / 2)); factor < first; factor++) {
    const looks = tilesAt(picture, factor)
    if (looks.length <= tilesMax) return looks
  }
  return []
}

function tilesAt(picture: FrameSize, factor: number): readonly Look[] {
  const lefts = startsOf(picture.widthPx, tile.widthPx * factor, tile.overlapPx * factor)
  const tops = startsOf(picture.heightPx, tile.heightPx * factor, tile.overlapPx * factor)
  const widthPx = Math.min(picture.widthPx, tile.widthPx * factor)
  const heightPx = Math.min(picture.heightPx, tile.heightPx * factor)
  return tops.flatMap((top) =>
    lefts.map((left) => ({ region: { left, top, widthPx, heightPx }, factor })),
  )
}

/** Evenly spread starts of pieces that cover a side, neighbours sharing the overlap or more. */
function startsOf(sidePx: number, piecePx: number, overlapPx: number): readonly number[] {
  if (sidePx <= piecePx) return [0]
  const count = 1 + Math.ceil((sidePx - piecePx) / (piecePx - overlapPx))
  const stepPx = (sidePx - piecePx) / (count - 1)
  return Array.from({ length: count }, (_, index) => Math.floor(index * stepPx))
}

/** Candidates of the look from further away. */
export function detectNear(detector: Detector, picture: Picture): Promise<readonly Candidate[]> {
  return detector.detect(picture, lookAtNear(picture))
}

/** Candidates of all tiles, each place once. */
export async function detectTiles(
  detector: Detector,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = []
  for (const look of tilesOf(picture)) {
    signal.throwIfAborted()
    found.push(...(await detector.detect(picture, look)))
  }
  return withoutDoubles(found.sort((a, b) => b.score - a.score))
}
