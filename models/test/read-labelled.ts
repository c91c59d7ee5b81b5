import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseLabels } from '@forecourt/contracts/labels'
import { createOnnxPlateReader } from '../src/index.ts'

type Options = { readonly pictures: 'photographs' | 'crops'; readonly every?: number }

/** How well the reader does on the pictures that a folder's `labels.csv` names. */
export async function readLabelled(folder: string, { pictures, every = 1 }: Options) {
  const labels = parseLabels(await readFile(join(folder, 'labels.csv'), 'utf8'))
  const chosen = labels.filter((_, index) => index % every === 0)
  const reader = await createOnnxPlateReader({ pictures })
  let exact = 0
  let wrongAccepted = 0
  for (const { file, plates } of chosen) {
    const picture = await readFile(join(folder, file))
    const reads = await reader.read(picture, { signal: AbortSignal.timeout(30_000) })
    const texts = plates.map(({ text }) => text)
    if (texts.every((text) => reads.some(({ plate }) => plate === text))) exact += 1
    wrongAccepted += reads.filter(
      ({ plate, rejected }) => rejected === null && !texts.includes(plate),
    ).length
  }
  await reader.close()
  return { pictures: chosen.length, exact, wrongAccepted }
}
