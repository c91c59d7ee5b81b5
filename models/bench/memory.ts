import { createOnnxPlateReader } from '../src/index.ts'
import { drawFrame } from './frames/draw-frame.ts'
import { type Figure, round } from './frames/figure.ts'

/**
 * Budget: a gateway runs for months; 100,000 frames are a busy day. What it holds may not grow by
 * more than 64 MiB over them, which a collector that runs late explains. Measured on fewer frames,
 * after the first ones settled, as a line through the samples, and carried on to 100,000.
 */
const growthMaxMib = 64
const day = 100_000
const frames = { settle: 1_000, measured: 4_000, sampleEvery: 100 } as const

export async function bench(): Promise<readonly Figure[]> {
  const reader = await createOnnxPlateReader()
  const signal = new AbortController().signal
  const sizes = [
    { widthPx: 480, heightPx: 272, plates: 1 },
    { widthPx: 400, heightPx: 320, plates: 0 },
  ]
  const pictures = await Promise.all(sizes.map(drawFrame))
  const read = async (frame: number) => {
    const picture = pictures[frame % pictures.length]
    if (picture !== undefined) await reader.read(picture, { signal })
  }
  for (let frame = 0; frame < frames.settle; frame++) await read(frame)
  const samples: { readonly frame: number; readonly mib: number }[] = []
  for (let frame = 0; frame < frames.measured; frame++) {
    await read(frame)
    if (frame % frames.sampleEvery === 0) samples.push({ frame, mib: heldMib() })
  }
  await reader.close()
  const growthMib = slopeOf(samples) * day
  const last = samples.at(-1)?.mib ?? Number.NaN
  return [
    {
      name: 'plates: growth over 100,000 frames',
      value: round(Math.max(0, growthMib)),
      unit: 'MiB',
      budget: growthMaxMib,
      bound: 'max',
      ok: growthMib <= growthMaxMib,
      note: `by the slope over ${frames.measured} frames after ${frames.settle}; ${round(last)} MiB held at the end`,
    },
  ]
}

function heldMib(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}

/** Least squares. */
function slopeOf(samples: readonly { readonly frame: number; readonly mib: number }[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(samples.map(({ frame }) => frame))
  const y = mean(samples.map(({ mib }) => mib))
  const across = samples.reduce((sum, { frame, mib }) => sum + (frame - x) * (mib - y), 0)
  return across / samples.reduce((sum, { frame }) => sum + (frame - x) ** 2, 0)
}
