import type { Picture } from '../picture.ts'
import type { Region } from '../shrink.ts'
import { at, memory, sourceMaxBytes } from './kernel.ts'

/** Pixels of a picture that may be looked at, between these corners; fractions and what is outside are allowed. */
export type Bounds = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The pixels that samples within the bounds are mixed from, at least one; the nearest where all lie outside. */
export function pieceOf(picture: Picture, { left, top, right, bottom }: Bounds): Region {
  const [x0, x1] = [first(left, picture.widthPx), first(right, picture.widthPx)]
  const [y0, y1] = [first(top, picture.heightPx), first(bottom, picture.heightPx)]
  return {
    left: x0,
    top: y0,
    widthPx: Math.min(x1 + 2, picture.widthPx) - x0,
    heightPx: Math.min(y1 + 2, picture.heightPx) - y0,
  }
}

/** The first of the two pixels that a place lies between, centres being at halves. */
function first(place: number, sidePx: number): number {
  const whole = Math.floor(place - 0.5)
  return whole > 0 ? Math.min(whole, sidePx - 1) : 0
}

/** Whether a piece fits into the kernel's memory, the row included that is read past its end. */
export function fits({ widthPx, heightPx }: Region): boolean {
  return widthPx * 3 * (heightPx + 1) <= sourceMaxBytes
}

/** The upper part of a piece that does not fit: one pixel of a wild map may show so much. */
export function cut(piece: Region): Region {
  const rowsMax = Math.floor(sourceMaxBytes / (piece.widthPx * 3)) - 1
  return { ...piece, heightPx: Math.min(piece.heightPx, rowsMax) }
}

/** Copies a piece, row after row without gaps, to where the kernel takes its source from. */
export function loadPiece(picture: Picture, piece: Region): void {
  if (!fits(piece)) throw new RangeError(`${piece.widthPx} × ${piece.heightPx} pixels at once`)
  const pieceBytes = piece.widthPx * 3
  const rowBytes = picture.widthPx * 3
  for (let y = 0; y < piece.heightPx; y++) {
    const from = (piece.top + y) * rowBytes + piece.left * 3
    memory.set(picture.rgb.subarray(from, from + pieceBytes), at.source + y * pieceBytes)
  }
}
