import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDetector, type Detector, lookAtAll, lookAtNear } from '../src/detect.ts'

describe('a picture too small for a plate', () => {
  let detector: Detector
  beforeAll(async () => {
    detector = await createDetector(
      await readFile(join(import.meta.dirname, '../weights/detector.onnx')),
    )
  })
  afterAll(async () => await detector.close())

  test.each([
    [1, 1],
    [1_300, 1],
    [1, 1_300],
    [700, 2],
    [4_096, 9],
  ])('of %d × %d pixels holds none, however it is looked at', async (widthPx, heightPx) => {
    const picture = { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3), scale: 1 }
    for (const look of [lookAtAll(picture), lookAtNear(picture)])
      expect(await detector.detect(picture, look)).toEqual([])
  })
})
