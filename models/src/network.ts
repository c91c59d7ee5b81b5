import './config.ts'

import * as ort from 'onnxruntime-node'
import { pixelBytes } from './pixels.ts'
import { wholeNumberOptions } from './processor.ts'

/** A loaded network that takes pictures and gives the named floats. */
export type Network<Name extends string> = {
  /** Every output's values by name, for so many pictures of one size, four bytes a pixel. */
  run(
    pixels: Uint8Array,
    size: readonly [count: number, heightPx: number, widthPx: number],
  ): Promise<Readonly<Record<Name, Float32Array>>>
  close(): Promise<void>
}

/**
 * Loads a network to run on one thread: a station's gateway has other work for the rest.
 *
 * @throws {TypeError} when the network does not take bytes as `input` or lacks one of `outputs`.
 */
export async function loadNetwork<Name extends string>(
  onnx: Uint8Array,
  { input, outputs }: { readonly input: string; readonly outputs: readonly Name[] },
): Promise<Network<Name>> {
  const session = await ort.InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // A plan of memory kept for every size of picture ever seen: 70 MB and no time gained.
    enableMemPattern: false,
    extra: wholeNumberOptions(),
    logSeverityLevel: 3,
  })
  refuseOthers(session, input, outputs)
  return {
    async run(pixels, size) {
      const feeds = { [input]: new ort.Tensor('uint8', pixels, [...size, pixelBytes]) }
      const results = await session.run(feeds, [...outputs])
      const named = outputs.map((name) => [name, floatsOf(results[name], name)] as const)
      return Object.fromEntries(named) as Record<Name, Float32Array>
    },
    close: () => session.release(),
  }
}

function refuseOthers(
  { inputNames, outputNames, inputMetadata }: ort.InferenceSession,
  input: string,
  outputs: readonly string[],
): void {
  if (!inputNames.includes(input) || !outputs.every((name) => outputNames.includes(name)))
    throw new TypeError(
      `the network takes ${inputNames} and gives ${outputNames}; it must take ${input} and give ${outputs}: export it again`,
    )
  const taken = inputMetadata.find(({ name }) => name === input)
  const type = taken?.isTensor === true ? taken.type : 'no tensor'
  if (type !== 'uint8')
    throw new TypeError(
      `the network takes ${input} as ${type}, and must take bytes: export it again, then python3 models/training quantise`,
    )
}

function floatsOf(tensor: ort.Tensor | undefined, name: string): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data
  throw new TypeError(`output ${name} is not a float tensor: export the network again`)
}
