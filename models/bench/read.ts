import type { Figure } from '@forecourt/contracts/figure'
import sharp from 'sharp'
import { lookAtAll } from '../src/detect.ts'
import { createOnnxPlateReader } from '../src/index.ts'
import { judge } from '../src/judge.ts'
import { closeNetworks, loadNetworks } from '../src/onnx-plate-reader.ts'
import { decodePicture } from '../src/picture.ts'
import { wholeOf } from '../src/quad.ts'
import { type Networks, placesMax, readPlates } from '../src/read.ts'
import { drawCrop } from '../test/draw-scene.ts'
import { drawFrame, drawPicture } from './frames/draw-frame.ts'
import { round, toMsFigure } from './frames/figure.ts'
import { measureInTurn, measureMs, type Taken } from './frames/measure-ms.ts'

/**
 * Budgets: a station of 8 fuelling points at rush hour looks four times a second at 1080p, on one
 * core that has other work: 4 × 30 ms are an eighth of it. The parts follow from that: a frame in
 * memory 10 ms, each further plate in it 2 ms, the text of a plate cut out 0.7 ms. Processor
 * time is held against them, the clock is told beside it: other work on the same cores would be
 * measured too.
 */
const budgetMs = { text: 0.7, frame: 10, furtherPlate: 2, jpeg: 30 } as const
const often = { warmUps: 100, rounds: 2_000 } as const
const seldom = { warmUps: 10, rounds: 150 } as const
const furtherPlates = 7
const rectified = { width: 128, height: 32 } as const

export async function bench(): Promise<readonly Figure[]> {
  const networks = await loadNetworks()
  const figures = [await textFigure(networks), ...(await pictureFigures(networks))]
  await closeNetworks(networks)
  return figures
}

async function textFigure(networks: Networks): Promise<Figure> {
  const crop = sharp(await drawCrop('plate-blue.png')).resize({ ...rectified, fit: 'fill' })
  const picture = await decodePicture(await crop.png().toBuffer())
  const quad = wholeOf(picture)
  const views = [{ quad, rows: 1 }] as const
  const seen = { views, twoRows: 0, detection: null, refined: false, oneView: false, quad }
  const taken = await measureMs(async () => {
    const sights = await networks.recogniser.look(picture, views)
    judge({ ...seen, sights }, networks.calibration)
  }, often)
  const note = 'median of a rectified crop to its text, decoding included'
  return toMsFigure('plates: ms a text', taken, { budgetMs: budgetMs.text, note })
}

/** A frame of one plate, one of many, and a JPEG, in turn: what differs is then the pictures. */
async function pictureFigures(networks: Networks): Promise<readonly Figure[]> {
  const signal = new AbortController().signal
  const size = { widthPx: 1_280, heightPx: 720 }
  const one = await drawPicture({ ...size, plates: 1 })
  const many = await drawPicture({ ...size, plates: 1 + furtherPlates })
  const found = await networks.detector.detect(many, lookAtAll(many))
  const plates = Math.min(placesMax, found.length)
  const jpegBytes = await drawFrame({ widthPx: 1_920, heightPx: 1_080, plates: 2 })
  const reader = await createOnnxPlateReader()
  const [first, all, jpeg] = await measureInTurn(
    [
      () => readPlates(networks, one, signal),
      () => readPlates(networks, many, signal),
      () => reader.read(jpegBytes, { signal }),
    ],
    seldom,
  )
  await reader.close()
  return [
    toMsFigure('plates: ms a frame in memory', first, {
      budgetMs: budgetMs.frame,
      note: 'median of 1280 × 720 pixels, one plate',
    }),
    toMsFigure('plates: ms a further plate', furtherOf(first, all, plates), {
      budgetMs: budgetMs.furtherPlate,
      note: `median, ${plates} of ${1 + furtherPlates} plates read in one frame`,
    }),
    toMsFigure('plates: ms a JPEG', jpeg, {
      budgetMs: budgetMs.jpeg,
      note: `median of a JPEG of 1920 × 1080, ${round(jpegBytes.length / 1024)} KiB, two plates`,
    }),
  ]
}

/** What each plate beyond the first added. */
function furtherOf(first: Taken, all: Taken, plates: number): Taken {
  const further = Math.max(1, plates - 1)
  return {
    medianMs: (all.medianMs - first.medianMs) / further,
    processorMs: (all.processorMs - first.processorMs) / further,
  }
}
