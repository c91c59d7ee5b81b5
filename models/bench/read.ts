import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { measureFolder } from '../src/cli/measure.ts'
import { createOnnxPlateReader } from '../src/index.ts'
import { drawBlueScene } from '../test/draw-scene.ts'

type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly budget: string
  readonly ok: boolean
  readonly note: string
}

/**
 * Budget: a station of 8 fuelling points looks once a second at each point with a lifted
 * nozzle. At rush hour half of them are lifted, so one inference thread must read four
 * pictures a second: 250 ms each, on the gateway's own two cores.
 */
const msPerPhotoMax = 250
const rounds = 15

/** Times the reader on a drawn 720 × 1160 photograph, and on real ones where they are there. */
export async function bench(): Promise<readonly Figure[]> {
  const drawn = figure('plates: ms per drawn photograph', await timeDrawnMs(), {
    note: `720 × 1160 with one plate, one thread, median of ${rounds}, decoding included`,
  })
  const scenes = join(import.meta.dirname, '../../../shared/plates/scenes-ccpd')
  if (!existsSync(scenes)) return [drawn]
  const measured = await measureFolder(scenes, {
    pictures: 'photographs',
    signal: AbortSignal.timeout(120_000),
  })
  const note = `${measured.images} photographs, one thread, median; ${measured.exact} read right`
  return [drawn, figure('plates: ms per real photograph', measured.msPerImage.p50, { note })]
}

async function timeDrawnMs(): Promise<number> {
  const picture = await drawBlueScene()
  const reader = await createOnnxPlateReader()
  const durationsMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startedAtMs = performance.now()
    await reader.read(picture, { signal: AbortSignal.timeout(30_000) })
    durationsMs.push(performance.now() - startedAtMs)
  }
  await reader.close()
  return durationsMs.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.POSITIVE_INFINITY
}

function figure(name: string, valueMs: number, { note }: { readonly note: string }): Figure {
  return {
    name,
    value: Math.round(valueMs * 10) / 10,
    unit: 'ms',
    budget: `≤ ${msPerPhotoMax} ms`,
    ok: valueMs <= msPerPhotoMax,
    note,
  }
}
