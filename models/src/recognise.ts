import { alphabet, blankClass, classCount } from './alphabet.ts'
import type { Emissions } from './emissions.ts'
import { loadNetwork } from './network.ts'
import type { Picture } from './picture.ts'
import { pixelBytes } from './pixels.ts'
import type { ProvinceSight } from './province.ts'
import type { Quad } from './quad.ts'
import { rectifyInto, strip, stripPx } from './rectify.ts'

/** One way to cut out a plate: along which corners, and as how many rows. */
export type View = { readonly quad: Quad; readonly rows: 1 | 2 }

/** What the recogniser says of one view, as natural logarithms of probabilities. */
export type Sight = {
  /** 32 columns × classes. */
  readonly ctc: Emissions
  /** 8 places × classes, row by row; class 0 from the place after the last character. */
  readonly slots: Float32Array
  /** The ground's colour, in the order of `groundColours`. */
  readonly colour: Float32Array
  /** What the closer look at the province says, where one was taken. */
  readonly province?: ProvinceSight
}

/** Colours of the ground; the last one says that there is no Chinese plate at all. */
export const groundColours = [
  'blue',
  'yellow',
  'green',
  'yellow_green',
  'white',
  'black',
  'none',
] as const
export const placeCount = 8
const columns = 32

/** Views read in one run: one after the other they take a fifth longer. */
export const viewsMax = 8

export type Recogniser = {
  /** Reads views of one picture, at most `viewsMax`; what it says of each, in their order. */
  look(picture: Picture, views: readonly View[]): Promise<readonly Sight[]>
  close(): Promise<void>
}

/** Our own recogniser: one trunk, read by CTC along the columns and by a slot for every place. */
export async function createRecogniser(onnx: Uint8Array): Promise<Recogniser> {
  const outputs = ['ctc', 'slots', 'colour'] as const
  const network = await loadNetwork(onnx, { input: 'plate', outputs })
  const stripBytes = stripPx * pixelBytes
  const buffer = new Uint8Array(viewsMax * stripBytes)

  return {
    async look(picture, views) {
      const used = views.slice(0, viewsMax)
      for (const [index, { quad, rows }] of used.entries())
        rectifyInto(picture, quad, rows, buffer.subarray(index * stripBytes))
      const input = buffer.subarray(0, used.length * stripBytes)
      const results = await network.run(input, [used.length, strip.heightPx, strip.widthPx])
      return used.map((_, index) => sightOf(results, index))
    },
    close: () => network.close(),
  }
}

type Results = Readonly<Record<'ctc' | 'slots' | 'colour', Float32Array>>

function sightOf(results: Results, index: number): Sight {
  const part = (name: keyof Results, size: number) => {
    const all = results[name]
    if (all.length < (index + 1) * size)
      throw new TypeError(`output ${name} has ${all.length} values: export the recogniser again`)
    return all.subarray(index * size, (index + 1) * size)
  }
  return {
    ctc: { steps: columns, log: part('ctc', columns * classCount) },
    slots: part('slots', placeCount * classCount),
    colour: part('colour', groundColours.length),
  }
}

/** The likeliest class of every column, repeats and blanks dropped. */
export function greedyClasses({ steps, log }: Emissions): readonly number[] {
  const text: number[] = []
  let last = blankClass
  for (let step = 0; step < steps; step++) {
    const row = step * classCount
    let best = 0
    for (let index = 1; index < classCount; index++)
      if ((log[row + index] ?? 0) > (log[row + best] ?? 0)) best = index
    if (best !== last && best !== blankClass) text.push(best)
    last = best
  }
  return text
}

/** Classes as a person would write them, whatever they are. */
export function printed(classes: readonly number[]): string {
  return classes.map((index) => alphabet[index] ?? '').join('')
}
