import type { PlateRead, PlateReader } from '@forecourt/contracts'
import { createDetector } from '../bench/ppocr/detect.ts'
import { readCandidate, readPlates } from '../bench/ppocr/read.ts'
import { createRecogniser } from '../bench/ppocr/recognise.ts'
import { decodePicture, type Picture } from './picture.ts'
import { createWaitingLine } from './waiting-line.ts'

export type OnnxPlateReaderOptions = {
  /** Pictures that may wait while one is read. When one more comes, the oldest is dropped. */
  readonly queuedMax?: number
  /**
   * `photographs` (the default) are searched for plates; `crops` are plates already, cut out by
   * someone else, and read whole.
   */
  readonly pictures?: 'photographs' | 'crops'
}

/** Of eight fuelling points, each may have one frame waiting: at 150 ms that is 1.2 s. */
const queuedMaxDefault = 8

/**
 * The plate reader on PP-OCRv4 networks in ONNX Runtime, one thread. Loads and warms both
 * networks (about half a second) before it resolves.
 */
export async function createOnnxPlateReader(
  options: OnnxPlateReaderOptions = {},
): Promise<PlateReader> {
  const { queuedMax = queuedMaxDefault, pictures = 'photographs' } = options
  const [detector, recogniser] = await Promise.all([createDetector(), createRecogniser()])
  const networks = { detector, recogniser }
  await readPlates(networks, greyPicture(320, 320), new AbortController().signal)
  await readWhole(networks.recogniser, greyPicture(144, 48))

  const line = createWaitingLine<readonly PlateRead[]>({ waitingMax: queuedMax })
  let closing: Promise<void> | null = null

  async function readOne(bytes: Uint8Array, signal: AbortSignal): Promise<readonly PlateRead[]> {
    signal.throwIfAborted()
    const picture = await decodePicture(bytes)
    signal.throwIfAborted()
    return pictures === 'crops'
      ? await readWhole(recogniser, picture)
      : await readPlates(networks, picture, signal)
  }

  return {
    read: (bytes, { signal }) => line.join(() => readOne(bytes, signal), signal),
    stats: line.stats,
    close() {
      closing ??= line.close().then(async () => {
        await Promise.all([detector.close(), recogniser.close()])
      })
      return closing
    },
  }
}

async function readWhole(
  recogniser: Awaited<ReturnType<typeof createRecogniser>>,
  picture: Picture,
): Promise<readonly PlateRead[]> {
  const { widthPx, heightPx } = picture
  const quad = [
    [0, 0],
    [widthPx, 0],
    [widthPx, heightPx],
    [0, heightPx],
  ] as const
  const read = await readCandidate(recogniser, picture, { quad, score: 1 })
  return read === null ? [] : [read]
}

function greyPicture(widthPx: number, heightPx: number): Picture {
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(128)
  return { widthPx, heightPx, rgb, scale: 1 }
}
