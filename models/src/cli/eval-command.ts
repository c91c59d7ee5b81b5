import { appendFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { PlateReader } from '@forecourt/contracts'
import { createOnnxPlateReader } from '../onnx-plate-reader.ts'
import { toFeatureLines } from './feature-lines.ts'
import { labelsOf, measurePictures } from './measure.ts'
import { type Options, UsageError } from './options.ts'
import { makeOutput } from './output-folder.ts'
import { createProgress } from './progress.ts'
import { type Drawn, toMissText, toReport, writeReport } from './report.ts'
import type { Outcome } from './score.ts'
import { type Measured, summarise } from './summarise.ts'

type Part = Measured & { readonly folder: string; readonly files: Drawn }

/** Measures on each folder, and on all together when there are several. */
export async function evaluate(folders: readonly string[], options: Options): Promise<number> {
  const [first, ...others] = folders
  if (first === undefined) throw new UsageError('eval needs one DIR or more')
  if (options.features !== null) await beginFile(options.features)
  const name = others.length === 0 ? nameOf(first) : 'all'
  const directory = options.out ?? join(resultsDirectory, name)
  await makeOutput(directory)
  const reader = await createOnnxPlateReader({
    pictures: options.pictures,
    onUncalibrated: (message) => process.stderr.write(`${message}\n`),
  })
  const all: Outcome[] = []
  const parts: Part[] = []
  try {
    for (const [index, folder] of folders.entries()) {
      const outcomes = await measureOne(reader, folder, options)
      all.push(...outcomes)
      const part = {
        folder,
        name: nameOf(folder),
        directory: join(directory, `${index + 1}-${nameOf(folder)}`),
      }
      if (others.length > 0) parts.push(await tell(part, outcomes, options))
    }
  } finally {
    await reader.close()
  }
  const pooled = await tell({ folder: folders.join(', '), name, directory }, all, options)
  const whole = others.length > 0 ? { ...pooled, folders: parts } : pooled
  if (options.json) process.stdout.write(`${JSON.stringify(whole)}\n`)
  return 0
}

async function beginFile(file: string): Promise<void> {
  await writeFile(file, '').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be written; give --features another FILE`, {
      cause: error,
    })
  })
}

function nameOf(folder: string): string {
  return basename(resolve(folder)) || 'root'
}

async function measureOne(
  reader: PlateReader,
  folder: string,
  options: Options,
): Promise<readonly Outcome[]> {
  const labels = await labelsOf(folder, options.every)
  const progress = createProgress(nameOf(folder), labels.length, process.stderr)
  const outcomes = await measurePictures(
    reader,
    { folder, labels },
    {
      signal: new AbortController().signal,
      onOutcome: async (outcome) => {
        if (options.features !== null) await appendFile(options.features, toFeatureLines(outcome))
        if (!options.json) process.stdout.write(toMissText(outcome))
        progress.step()
      },
    },
  )
  progress.end()
  return outcomes
}

type Titled = { readonly folder: string; readonly name: string; readonly directory: string }

const resultsDirectory = join(import.meta.dirname, '../../dist/eval')

/** Sums up, writes the pictures, and prints the tables for people. */
async function tell(
  { folder, name, directory }: Titled,
  outcomes: readonly Outcome[],
  options: Options,
): Promise<Part> {
  const measured = summarise(outcomes)
  const files = await writeReport(directory, name, outcomes, measured)
  if (!options.json) process.stdout.write(toReport(name, measured, files))
  return { folder, ...measured, files }
}
