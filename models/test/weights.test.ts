import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readWeights, WeightsError } from '../src/weights.ts'

const bytes = new TextEncoder().encode('a network')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const good = {
  detector: { file: 'detector.onnx', sha256 },
  recogniser: { file: 'recogniser.onnx', sha256, trainedInMinutes: 50 },
  province: { file: 'province.onnx', sha256 },
  calibration: { bias: -1, weights: { margin: 0.5 } },
}

describe('the weights', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forecourt-weights-'))
    await writeFile(join(folder, 'detector.onnx'), bytes)
    await writeFile(join(folder, 'recogniser.onnx'), bytes)
    await writeFile(join(folder, 'province.onnx'), bytes)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const write = (manifest: unknown) =>
    writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))

  test('are read as the manifest names them, whatever else it says', async () => {
    await write(good)
    const weights = await readWeights(folder)
    expect(Buffer.from(weights.detector).toString()).toBe('a network')
    expect(weights.calibration).toEqual(good.calibration)
  })

  test.each(['detector', 'recogniser', 'province'] as const)(
    'that are shipped count in whole numbers, on which the speed rests: %s',
    async (name) => {
      const weights = await readWeights()
      expect(Buffer.from(weights[name]).includes('QuantizeLinear')).toBe(true)
    },
  )

  test('of other bytes than the manifest was written for are refused, with both sums', async () => {
    await write(good)
    await writeFile(join(folder, 'recogniser.onnx'), 'another network')
    await expect(readWeights(folder)).rejects.toThrow(WeightsError)
    await expect(readWeights(folder)).rejects.toThrow(`manifest.json says ${sha256}`)
    await expect(readWeights(folder)).rejects.toThrow('recogniser.onnx')
  })

  test.each([
    ['no manifest', null, 'manifest.json cannot be read'],
    ['no province reader in it', { ...good, province: undefined }, 'province'],
    ['no detector in it', { ...good, detector: undefined }, 'detector'],
    ['a sum that is none', { ...good, detector: { file: 'd.onnx', sha256: 'x' } }, 'sha256'],
    ['a path out of the folder', { ...good, detector: { file: '../d.onnx', sha256 } }, 'file'],
    ['a file that is not there', { ...good, detector: { file: 'd.onnx', sha256 } }, 'd.onnx'],
    ['weights that are no numbers', { ...good, calibration: { bias: 'high' } }, 'calibration'],
  ])('with %s say so', async (_, manifest, message) => {
    if (manifest !== null) await write(manifest)
    await expect(readWeights(folder)).rejects.toThrow(WeightsError)
    await expect(readWeights(folder)).rejects.toThrow(message)
  })
})
