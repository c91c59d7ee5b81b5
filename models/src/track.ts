import type { Corner, Plate, PlateRead } from '@forecourt/contracts'
import { centreOf, distance, sizeOf } from './quad.ts'
import { addToTally, compare, micronatsOf, type Tally } from './tally.ts'

/** Different plates one place may collect. At the limit the one with the least evidence goes. */
export const plateMaxPerTrack = 16
/** A frame proves a car's presence by its evidence, up to that of a read sure to 0.99. */
const presencePerFrameMaxMicronats = Math.round(Math.log(100) * 1e6)
/** A plate has moved no further than this since its last frame, in its widths … */
const strideMax = 0.75
/** … and has grown or shrunk no more than this. */
const growthMax = 1.5

/** One plate followed over the frames of a visit, and all that was read of it. */
export type Track = {
  readonly tallies: readonly Tally[]
  /** How surely and how often it stood in front: evidence of those frames, each capped. */
  readonly frontMicronats: number
  /** Frames it was seen in, whatever was read. */
  readonly frames: number
  readonly widestPx: number
  /** Where it was last seen, in pixels of the picture. */
  readonly centre: Corner
  readonly widthPx: number
}

/** A read of one frame, and whether it may be the car in front. */
export type Sighting = { readonly read: PlateRead; readonly isInFront: boolean }

/** A track with one more frame in it; a new one when there was none. */
export function addSighting(track: Track | undefined, { read, isInFront }: Sighting): Track {
  const tallies = track?.tallies ?? []
  const known = tallies.find(({ plate }) => plate === read.plate)
  const next = addToTally(known, read)
  const { widthPx } = sizeOf(read.corners)
  const front = isInFront ? Math.min(micronatsOf(read), presencePerFrameMaxMicronats) : 0
  return {
    tallies: keepStrongest([...tallies.filter((tally) => tally !== known), next]),
    frontMicronats: (track?.frontMicronats ?? 0) + front,
    frames: (track?.frames ?? 0) + 1,
    widestPx: Math.max(track?.widestPx ?? 0, widthPx),
    centre: centreOf(read.corners),
    widthPx,
  }
}

/** Evidence a track holds for a plate; 0 when it never read it. */
export function evidenceFor({ tallies }: Track, plate: Plate): number {
  return tallies.find((tally) => tally.plate === plate)?.sumMicronats ?? 0
}

/**
 * How far a read is from where a track was last seen, in widths; null when it cannot be the same
 * plate a frame later.
 */
export function strideTo(track: Track, read: PlateRead): number | null {
  const { widthPx } = sizeOf(read.corners)
  const wider = Math.max(widthPx, track.widthPx)
  const growth = wider / Math.max(1, Math.min(widthPx, track.widthPx))
  const stride = distance(centreOf(read.corners), track.centre) / Math.max(1, wider)
  return growth <= growthMax && stride <= strideMax ? stride : null
}

function keepStrongest(tallies: readonly Tally[]): readonly Tally[] {
  const strongest =
    tallies.length <= plateMaxPerTrack
      ? tallies
      : tallies.toSorted((a, b) => b.sumMicronats - a.sumMicronats).slice(0, plateMaxPerTrack)
  return strongest.toSorted((a, b) => compare(a.plate, b.plate))
}
