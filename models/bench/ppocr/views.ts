import type { PlateType } from '@forecourt/contracts'
import { ctcMassOf } from '../../src/ctc-mass.ts'
import { decodePlate } from '../../src/lattice.ts'
import type { Picture } from '../../src/picture.ts'
import { type Quad, sizeOf } from '../../src/quad.ts'
import { grow } from './grow.ts'
import { cropHeightPx, type Line, type Recogniser } from './recognise.ts'
import { type Crop, rectify } from './rectify.ts'

/** One way to cut out and present a candidate to the recogniser. */
export type View = {
  /** How far the crop reaches beyond the candidate, in its heights. */
  readonly margin: { readonly x: number; readonly y: number }
  /** Grey is added at the right up to this width: the network was trained on 320. */
  readonly paddedWidthPx: number
}

/** Readings of one candidate in one view, best first. `probability` is the CTC probability. */
export type ViewRead = {
  readonly raw: string
  readonly plates: readonly {
    readonly text: string
    readonly type: PlateType
    readonly probability: number
    readonly share: number
  }[]
}

/** Widths are multiples of this, so that the network keeps few input shapes. */
const widthStepPx = 16
const widthMaxPx = 320

export async function readView(
  recogniser: Recogniser,
  picture: Picture,
  quad: Quad,
  view: View,
): Promise<ViewRead> {
  return toViewRead(await recogniser.read(cutOut(picture, quad, view)))
}

function cutOut(picture: Picture, quad: Quad, view: View): Crop {
  const grown = grow(quad, view.margin)
  const { widthPx, heightPx } = sizeOf(grown)
  const natural = (cropHeightPx * widthPx) / Math.max(heightPx, 1)
  const steps = Math.max(4, Math.round(natural / widthStepPx))
  const width = Math.min(widthMaxPx, steps * widthStepPx)
  const crop = rectify(picture, grown, { widthPx: width, heightPx: cropHeightPx })
  return padRight(crop, view.paddedWidthPx)
}

function padRight(crop: Crop, widthPx: number): Crop {
  if (widthPx <= crop.widthPx) return crop
  const rgb = new Uint8Array(widthPx * crop.heightPx * 3).fill(128)
  for (let y = 0; y < crop.heightPx; y++) {
    const row = crop.rgb.subarray(y * crop.widthPx * 3, (y + 1) * crop.widthPx * 3)
    rgb.set(row, y * widthPx * 3)
  }
  return { widthPx, heightPx: crop.heightPx, rgb }
}

function toViewRead(line: Line): ViewRead {
  const plates = decodePlate(line.emissions).map(({ text, type, share, shapes }) => ({
    text,
    type,
    share,
    probability: Math.exp(ctcMassOf(line.emissions, shapes)),
  }))
  return { raw: line.raw, plates }
}
