import type { Figure } from '@forecourt/contracts/figure'
import { createOnnxPlateReader } from '../src/index.ts'
import { drawFrame } from './frames/draw-frame.ts'
import { round } from './frames/figure.ts'

/**
 * Budget: a gateway runs for months; 100,000 frames are a busy day. What it holds may not grow by
 * more than 64 MiB over them. Measured on small frames, with a plate and without, as the floor of
 * the last quarter over the floor of the first, and carried on to 100,000: a leak is one a call,
 * whatever the size, and floors do not care when the collector last ran. The heap and the
 * allocators take their share in the first 40,000 frames: what is measured earlier is no leak.
 */
const growthMaxMib = 64
const day = 100_000
const frames = { settle: 40_000, measured: 40_000, sampleEvery: 50 } as const

export async function bench(): Promise<readonly Figure[]> {
  const reader = await createOnnxPlateReader()
  const signal = new AbortController().signal
  const sizes = [
    ...Array.from({ length: 9 }, () => ({ widthPx: 96, heightPx: 64, plates: 0 })),
    { widthPx: 256, heightPx: 160, plates: 1 },
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
  return [toFigure(samples)]
}

function toFigure(samples: readonly number[]): Figure {
  const quarter = Math.floor(samples.length / 4)
  const first = Math.min(...samples.slice(0, quarter))
  const last = Math.min(...samples.slice(-quarter))
  const growthMib = ((last - first) / (frames.measured * 0.75)) * day
  return {
    name: 'plates: growth over 100,000 frames',
    value: round(Math.max(0, growthMib)),
    unit: 'MiB',
    budget: growthMaxMib,
    bound: 'max',
    ok: growthMib <= growthMaxMib,
    note: `by floors over ${frames.measured} frames after ${frames.settle}; ${round(last)} MiB held at the end`,
  }
}

function heldMib(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
