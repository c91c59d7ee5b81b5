import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { assetPath } from '../bench/ppocr/network.ts'
import { loadNetwork } from '../src/network.ts'

describe('a network that the runtime cannot use is refused when it is loaded', () => {
  test('for it takes floats, as export writes them before they are put into whole numbers', async () => {
    const floats = await readFile(assetPath('ch_PP-OCRv4_det_infer.onnx'))
    const loading = loadNetwork(floats, { input: 'x', outputs: ['sigmoid_0.tmp_0'] })
    await expect(loading).rejects.toThrow(
      'takes x as float32, and must take bytes: export it again, then python3 models/training quantise',
    )
  })

  test('for it gives something else', async () => {
    const detector = await readFile(join(import.meta.dirname, '../weights/detector.onnx'))
    const loading = loadNetwork(detector, { input: 'frame', outputs: ['heat', 'text'] })
    await expect(loading).rejects.toThrow('it must take frame and give heat,text')
  })
})
