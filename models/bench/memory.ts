import { createOnnxPlateReader } from '../src/index.ts'
import { drawFrame } from './frames/draw-frame.ts'
import { type Figure, round } from './frames/figure.ts'

/**
 * Budget: a gateway runs for months; 100,000 frames are a busy day. What it holds may not grow by
 * more than 64 MiB over them. Measured on 10,000 small frames after the first ones settled, as the
 * floor of the last quarter over the floor of the first, and carried on to 100,000: a leak is one a
 * call, whatever the size, and floors do not care when the collector last ran.
 */
const growthMaxMib = 64
const day = 100_000
const frames = { settle: 2_000, measured: 10_000, sampleEvery: 50 } as const

export async function bench(): Promise<readonly Figure[]> {
  const reader = await createOnnxPlateReader()
  const signal = new AbortController().signal
  const sizes = [
    { widthPx: 256, heightPx: 160, plates: 0 },
    { widthPx: 288, heightPx: 128, plates: 0 },
  ]
  const pictures = await Promise.all(sizes.map(drawFrame))
  const read = async (frame: number) => {
    const picture = pictures[frame % pictures.length]
    if (picture !== undefined) await reader.read(picture, { signal })
  }
  for (let frame = 0; frame < frames.settle; frame++) await read(frame)
  const samples: number[] = []
  for (let frame = 0; frame < frames.measured; frame++) {
    await read(frame)
    if (frame % frames.sampleEvery === 0) samples.push(heldMib())
  }
  await reader.close()
  const quarter = Math.floor(samples.length / 4)
  const [first, last] = [
    Math.min(...samples.slice(0, quarter)),
    Math.min(...samples.slice(-quarter)),
  ]
  const growthMib = ((last - first) / (frames.measured * 0.75)) * day
  return [
    {
      name: 'plates: growth over 100,000 frames',
      value: round(Math.max(0, growthMib)),
      unit: 'MiB',
      budget: growthMaxMib,
      bound: 'max',
      ok: growthMib <= growthMaxMib,
      note: `by floors over ${frames.measured} frames after ${frames.settle}; ${round(last)} MiB held at the end`,
    },
  ]
}

function heldMib(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
