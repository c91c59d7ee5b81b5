import { appendFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { PlateReader } from '@forecourt/contracts'
import { createOnnxPlateReader } from '../onnx-plate-reader.ts'
import { beginFeatures, type LabelSet, loadLabels } from './eval-inputs.ts'
import { toFeatureLines } from './feature-lines.ts'
import { measurePictures } from './measure.ts'
import { missesOf, toMissList } from './misses.ts'
import { type Options, UsageError } from './options.ts'
import { makeOutput } from './output-folder.ts'
import { folderTitle } from './pictures/names.ts'
import { createProgress } from './progress.ts'
import { type Drawn, toMissText, toReport, writeReport } from './report.ts'
import type { Outcome } from './score.ts'
import { type Measured, summarise } from './summarise.ts'

type Part = Measured & { readonly folder: string; readonly files: Drawn }

/** Measures on each folder, and on all together when there are several. */
export async function evaluate(folders: readonly string[], options: Options): Promise<number> {
  const [first, ...others] = folders
  if (first === undefined) throw new UsageError('eval needs one DIR or more')
  const sets = await loadLabels(folders, options.every)
  const name = others.length === 0 ? nameOf(first) : 'all'
  const directory = options.out ?? join(resultsDirectory, name)
  await makeOutput(directory)
  if (options.features !== null) await beginFeatures(options.features, folders)
  const { all, parts } = await measureAll(sets, directory, options)
  const title = folderTitle(name, null)
  const pooled = await tell({ folder: folders.join(', '), name, title, directory }, all, options)
  const whole = others.length > 0 ? { ...pooled, folders: parts } : pooled
  const object = { ...whole, ...toMissList(missesOf(all)) }
  if (options.json) process.stdout.write(`${JSON.stringify(object)}\n`)
  return 0
}

/** Measures folder by folder; where there are several, each is told as soon as it is done. */
async function measureAll(
  sets: readonly LabelSet[],
  directory: string,
  options: Options,
): Promise<{ readonly all: readonly Outcome[]; readonly parts: readonly Part[] }> {
  const reader = await createOnnxPlateReader({
    pictures: options.pictures,
    onUncalibrated: (message) => process.stderr.write(`${message}\n`),
  })
  const all: Outcome[] = []
  const parts: Part[] = []
  try {
    for (const [index, set] of sets.entries()) {
      const outcomes = await measureOne(reader, set, options)
      all.push(...outcomes)
      const part = partOf(set.folder, index + 1, directory)
      if (sets.length > 1) parts.push(await tell(part, outcomes, options))
    }
  } finally {
    await reader.close()
  }
  return { all, parts }
}

function partOf(folder: string, number: number, directory: string): Titled {
  const name = nameOf(folder)
  const title = folderTitle(name, number)
  return { folder, name, title, directory: join(directory, `${number}-${name}`) }
}

function nameOf(folder: string): string {
  return basename(resolve(folder)) || 'root'
}

async function measureOne(
  reader: PlateReader,
  { folder, labels }: LabelSet,
  options: Options,
): Promise<readonly Outcome[]> {
  const progress = createProgress(nameOf(folder), labels.length, process.stderr)
  const outcomes = await measurePictures(
    reader,
    { folder, labels },
    {
      signal: new AbortController().signal,
      onOutcome: async (outcome) => {
        if (options.features !== null) await appendFile(options.features, toFeatureLines(outcome))
        if (!options.json) process.stdout.write(toMissText(outcome))
        else if (outcome.fault !== null)
          process.stderr.write(`${join(folder, outcome.label.file)}: ${outcome.fault}\n`)
        progress.step()
      },
    },
  )
  progress.end()
  return outcomes
}

type Titled = {
  readonly folder: string
  readonly name: string
  /** The name as pictures can show it. */
  readonly title: string
  readonly directory: string
}

const resultsDirectory = join(import.meta.dirname, '../../dist/eval')

/** Sums up, writes the pictures, and prints the tables for people. */
async function tell(
  { folder, name, title, directory }: Titled,
  outcomes: readonly Outcome[],
  options: Options,
): Promise<Part> {
  const measured = summarise(outcomes)
  const files = await writeReport(directory, title, outcomes, measured)
  if (!options.json) process.stdout.write(toReport(name, measured, files))
  return { folder, ...measured, files }
}
