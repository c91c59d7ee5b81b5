import { access, constants, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PictureError, type PlateRead, type PlateReader } from '@forecourt/contracts'
import { type Label, LabelsError, readLabels } from '@forecourt/contracts/labels'
import { toDoubtText } from './label-doubts.ts'
import { FileError, readPictureFile } from './picture-file.ts'
import type { Outcome } from './score.ts'

/** So many missing files are named; the rest is counted. */
const namedMax = 5

/**
 * The labelled pictures of a folder. All are looked for before the first is read: what was
 * measured until one is missing would be lost.
 *
 * @param options.every - Only every n-th picture of `labels.csv`, from the first: 5 for the
 *   validation rows.
 * @param options.warn - Told what in the labels is hardly meant so.
 * @throws {LabelsError} when the labels are missing, not usable or empty, or name missing files.
 */
export async function labelsOf(
  folder: string,
  { every, warn }: { readonly every: number; readonly warn: (text: string) => void },
): Promise<readonly Label[]> {
  const file = join(folder, 'labels.csv')
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new LabelsError(`${file} cannot be read; give a folder with labels.csv`, { cause: error })
  })
  const { labels: all, doubts } = readNamed(file, bytes)
  warn(toDoubtText(file, doubts))
  const labels = all.filter((_, index) => index % every === 0)
  if (labels.length === 0) throw new LabelsError(`${file} names no picture; add lines file,plate`)
  await mustBeThere(labels.map((label) => join(folder, label.file)))
  return labels
}

function readNamed(file: string, bytes: Uint8Array): ReturnType<typeof readLabels> {
  try {
    return readLabels(bytes)
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error
    throw new LabelsError(`${file}, ${error.message}`, { cause: error })
  }
}

async function mustBeThere(files: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const file of files) if (!(await isReadableFile(file))) missing.push(file)
  if (missing.length === 0) return
  const more = missing.length > namedMax ? ` and ${missing.length - namedMax} more` : ''
  throw new LabelsError(
    `${missing.slice(0, namedMax).join(', ')}${more} cannot be read; labels.csv names it`,
  )
}

async function isReadableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

type MeasureOptions = {
  readonly signal: AbortSignal
  /** Called after each picture. */
  readonly onOutcome: (outcome: Outcome) => Promise<void>
}

/** Reads every labelled picture, one after another. @throws {LabelsError} when one is not there. */
export async function measurePictures(
  reader: PlateReader,
  { folder, labels }: { readonly folder: string; readonly labels: readonly Label[] },
  { signal, onOutcome }: MeasureOptions,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const label of labels) {
    const outcome = await measurePicture(reader, { folder, label }, signal)
    outcomes.push(outcome)
    await onOutcome(outcome)
  }
  return outcomes
}

/** Reads one picture. Its time includes decoding and detection, not the disk. */
async function measurePicture(
  reader: PlateReader,
  { folder, label }: { readonly folder: string; readonly label: Label },
  signal: AbortSignal,
): Promise<Outcome> {
  const path = join(folder, label.file)
  let startedAtMs = performance.now()
  const outcomeOf = (reads: readonly PlateRead[], fault: string | null): Outcome => ({
    folder,
    label,
    reads,
    fault,
    durationMs: performance.now() - startedAtMs,
  })
  try {
    const picture = await readPictureFile(path)
    startedAtMs = performance.now()
    return outcomeOf(await reader.read(picture, { signal }), null)
  } catch (error) {
    return outcomeOf([], faultOf(path, error))
  }
}

/** A picture nobody can read is an outcome to count; anything else ends the measurement. */
function faultOf(path: string, error: unknown): string {
  if (error instanceof PictureError) return error.message
  if (error instanceof FileError)
    throw new LabelsError(`${path}: ${error.message}; labels.csv names it`, { cause: error })
  throw error
}
