import { readFile } from 'node:fs/promises'
import { blankClass, classCount, classOf } from '../../src/alphabet.ts'
import type { Emissions } from '../../src/emissions.ts'
import { assetPath, loadNetwork, type Network } from './network.ts'
import type { Crop } from './rectify.ts'

/** Reads the text line of one upright crop, 48 pixels high. */
export type Recogniser = {
  read(crop: Crop): Promise<Line>
  close(): Promise<void>
}

/** What the network saw, sliced to plates, and its own text before any grammar. */
export type Line = { readonly emissions: Emissions; readonly raw: string }

/** Height the network was trained at. */
export const cropHeightPx = 48
/** Probabilities below this are noise of the softmax. */
const probabilityMin = 1e-8

/** PP-OCRv4's recogniser (Chinese, 6,625 classes), class order as in PaddleOCR: blank, keys, space. */
export async function createRecogniser(): Promise<Recogniser> {
  const keys = await readFile(assetPath('ppocr_keys_v1.txt'), 'utf8')
  const classes = ['', ...keys.replace(/\n$/, '').split('\n'), ' ']
  const slice = classes.map(columnOf)
  const network = await loadNetwork(assetPath('ch_PP-OCRv4_rec_infer.onnx'))
  return {
    read: (crop) => readLine(network, crop, classes, slice),
    close: () => network.close(),
  }
}

async function readLine(
  network: Network,
  crop: Crop,
  classes: readonly string[],
  slice: readonly number[],
): Promise<Line> {
  const { dims, data } = await network.run(toPlanes(crop), crop)
  const [, steps = 0, width = 0] = dims
  if (width !== classes.length)
    throw new TypeError(`the recogniser has ${width} classes, its keys ${classes.length}`)
  return {
    emissions: sliceEmissions(data, steps, slice),
    raw: greedyText(data, steps, classes),
  }
}

/** BGR planes from −1 to 1, as PaddleOCR feeds them. */
function toPlanes(crop: Crop): Float32Array {
  const pixels = crop.widthPx * crop.heightPx
  const planes = new Float32Array(pixels * 3)
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < 3; c++) planes[c * pixels + i] = (crop.rgb[i * 3 + 2 - c] ?? 0) / 127.5 - 1
  return planes
}

/** Which column of the emissions a class counts towards; −1 for none. */
function columnOf(character: string): number {
  if (/^[\s·•.,:;'"`’‘\-—_|]*$/.test(character)) return blankClass
  return classOf(character.normalize('NFKC').toUpperCase())
}

function sliceEmissions(data: Float32Array, steps: number, slice: readonly number[]): Emissions {
  const log = new Float64Array(steps * classCount)
  const used = slice.flatMap((column, index) => (column < 0 ? [] : [{ column, index }]))
  for (let step = 0; step < steps; step++) {
    for (const { column, index } of used) {
      const i = step * classCount + column
      log[i] = (log[i] ?? 0) + (data[step * slice.length + index] ?? 0)
    }
  }
  return { steps, log: log.map((p) => Math.log(Math.max(p, probabilityMin))) }
}

/** The likeliest class of every step, repeats and blanks dropped. */
function greedyText(data: Float32Array, steps: number, classes: readonly string[]): string {
  let text = ''
  let last = 0
  for (let step = 0; step < steps; step++) {
    const row = data.subarray(step * classes.length, (step + 1) * classes.length)
    const best = row.reduce((top, p, index) => (p > (row[top] ?? 0) ? index : top), 0)
    if (best !== last) text += classes[best] ?? ''
    last = best
  }
  return text.slice(0, 32)
}
