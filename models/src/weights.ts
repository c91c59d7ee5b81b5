import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Calibration } from './confidence.ts'

/** The folder the trained networks lie in. */
export const weightsFolder = join(import.meta.dirname, '../weights')

/** Networks that cannot be used; the message names the file and the fix. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError'
}

/** What is said of networks whose confidence was not fitted, as of those just exported. */
export const uncalibratedText =
  'manifest.json holds no calibration, so confidences mean nothing: write reads with "npm run plates -- eval DIR --crops --features FILE", then fit them with "python3 models/training calibrate FILE"'

const NetworkFile = z.object({
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** `manifest.json` beside the networks; whoever trains writes it. Other keys are for people. */
export const Manifest = z.object({
  detector: NetworkFile,
  recogniser: NetworkFile,
  province: NetworkFile,
  calibration: Calibration.optional(),
})
export type Manifest = z.infer<typeof Manifest>

export type Weights = {
  readonly detector: Uint8Array
  readonly recogniser: Uint8Array
  readonly province: Uint8Array
  readonly calibration: Calibration | undefined
}

/**
 * Reads the networks and proves that they are the ones the manifest was written for.
 *
 * @throws {WeightsError} when a file is missing, the manifest is not valid, or bytes differ.
 */
export async function readWeights(folder = weightsFolder): Promise<Weights> {
  const manifest = parseManifest(await readNamed(join(folder, 'manifest.json')))
  const [detector, recogniser, province] = await Promise.all([
    readNetwork(folder, manifest.detector),
    readNetwork(folder, manifest.recogniser),
    readNetwork(folder, manifest.province),
  ])
  return { detector, recogniser, province, calibration: manifest.calibration }
}

function parseManifest(bytes: Uint8Array): Manifest {
  try {
    return Manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new WeightsError(`manifest.json is not valid: ${detail}`, { cause: error })
  }
}

async function readNetwork(
  folder: string,
  { file, sha256 }: z.infer<typeof NetworkFile>,
): Promise<Uint8Array> {
  const bytes = await readNamed(join(folder, file))
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual === sha256) return bytes
  throw new WeightsError(
    `${join(folder, file)} has sha256 ${actual}, manifest.json says ${sha256}: check out both again, or export again`,
  )
}

async function readNamed(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((error: unknown) => {
    throw new WeightsError(`${path} cannot be read: check out models/weights again`, {
      cause: error,
    })
  })
}
