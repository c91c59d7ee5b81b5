import type { PlateReader } from '@forecourt/contracts'
import { uncalibrated } from './confidence.ts'
import { createDetector, lookAtAll } from './detect.ts'
import type { JudgedRead } from './judge.ts'
import { decodePicture, forgetPicture, type Picture } from './picture.ts'
import { createProvinceReader } from './province.ts'
import { wholeOf } from './quad.ts'
import { inOriginalPixels, type Networks } from './read.ts'
import { type Pictures, readPicture } from './read-picture.ts'
import { createRecogniser, viewsMax } from './recognise.ts'
import { createRefiner } from './refine.ts'
import { createWaitingLine } from './waiting-line.ts'
import { readWeights, uncalibratedText, WeightsError } from './weights.ts'

export type OnnxPlateReaderOptions = {
  /** Pictures that may wait while one is read. When one more comes, the oldest is dropped. */
  readonly queuedMax?: number
  /**
   * `photographs` (the default) are searched for plates; `crops` are plates already, cut out by
   * someone else. Where nothing reliable is found so, the other is tried.
   */
  readonly pictures?: Pictures
  /** The folder with `manifest.json` and the networks; the package's own unless given. */
  readonly weightsFolder?: string
  /**
   * Told that the networks' confidence was not fitted yet, and the fix; then they are read with
   * weights set by hand, to fit it on. Unless given, such networks are refused.
   */
  readonly onUncalibrated?: (message: string) => void
}

/** The port, with the numbers behind each confidence beside it. */
export type OnnxPlateReader = PlateReader & {
  read(...call: Parameters<PlateReader['read']>): Promise<readonly JudgedRead[]>
}

/** Of eight fuelling points, each may have one frame waiting: at 30 ms that is a quarter second. */
const queuedMaxDefault = 8

/**
 * The plate reader on our own three networks in ONNX Runtime, one thread. Loads, checks and warms
 * them (about a fifth of a second) before it resolves.
 *
 * @throws {WeightsError} when the networks are missing, not those of the manifest, or uncalibrated.
 */
export async function createOnnxPlateReader(
  options: OnnxPlateReaderOptions = {},
): Promise<OnnxPlateReader> {
  const { queuedMax = queuedMaxDefault, pictures = 'photographs' } = options
  const networks = await loadNetworks(options)
  await warm(networks)
  const line = createWaitingLine<readonly JudgedRead[]>({ waitingMax: queuedMax })
  let closing: Promise<void> | null = null

  async function readOne(bytes: Uint8Array, signal: AbortSignal): Promise<readonly JudgedRead[]> {
    const picture = await decodePicture(bytes)
    try {
      signal.throwIfAborted()
      const reads = await readPicture[pictures](networks, picture, signal)
      return reads.map((read) => inOriginalPixels(read, picture))
    } finally {
      forgetPicture(picture)
    }
  }

  return {
    read: (bytes, { signal }) => line.join(() => readOne(bytes, signal), signal),
    stats: line.stats,
    close() {
      closing ??= line.close().then(async () => {
        await closeNetworks(networks)
      })
      return closing
    },
  }
}

type NetworkOptions = Pick<OnnxPlateReaderOptions, 'weightsFolder' | 'onUncalibrated'>

/** Loads the networks of a folder, for the reader and for measuring them alone. */
export async function loadNetworks(options: NetworkOptions = {}): Promise<Networks> {
  const { weightsFolder, onUncalibrated = refuseUncalibrated } = options
  const weights = await readWeights(weightsFolder)
  if (weights.calibration === undefined) onUncalibrated(uncalibratedText)
  const [detector, recogniser, provinceReader] = await Promise.all([
    createDetector(weights.detector),
    createRecogniser(weights.recogniser),
    createProvinceReader(weights.province),
  ])
  const calibration = weights.calibration ?? uncalibrated
  return { detector, refiner: createRefiner(detector), recogniser, provinceReader, calibration }
}

export async function closeNetworks({ detector, recogniser, provinceReader }: Networks) {
  await Promise.all([detector.close(), recogniser.close(), provinceReader.close()])
}

function refuseUncalibrated(message: string): never {
  throw new WeightsError(message)
}

/** The first run of a network is slow: memory is laid out then. */
async function warm({ detector, refiner, recogniser, provinceReader }: Networks): Promise<void> {
  const picture = greyPicture(320, 192)
  const quad = wholeOf(picture)
  await detector.detect(picture, lookAtAll(picture))
  await refiner.refine(picture, quad)
  await recogniser.look(picture, Array(viewsMax).fill({ quad, rows: 1 }))
  await provinceReader.look(picture, [{ quad, rows: 1, at: 0 }])
}

function greyPicture(widthPx: number, heightPx: number): Picture {
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(128)
  return { widthPx, heightPx, rgb, scale: 1 }
}
