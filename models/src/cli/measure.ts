import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PictureError, type PlateRead, type PlateReader } from '@forecourt/contracts'
import { type Label, LabelsError, parseLabels } from './labels.ts'
import type { Outcome } from './score.ts'

/**
 * The labelled pictures of a folder.
 *
 * @param every - Only every n-th line of `labels.csv`, from the first: 5 for the validation rows.
 * @throws {LabelsError} when the labels are missing, not usable or empty.
 */
export async function labelsOf(folder: string, every: number): Promise<readonly Label[]> {
  const file = await readNamed(folder, 'labels.csv', 'give a folder with labels.csv')
  const labels = parseLabels(file.toString('utf8')).filter((_, index) => index % every === 0)
  if (labels.length === 0)
    throw new LabelsError(`${join(folder, 'labels.csv')} names no picture; add lines file,plate`)
  return labels
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
  const picture = await readNamed(folder, label.file, 'labels.csv names it')
  const startedAtMs = performance.now()
  const { reads, fault } = await reader
    .read(picture, { signal })
    .then((all) => ({ reads: all, fault: null }), toFault)
  return { folder, label, reads, fault, durationMs: performance.now() - startedAtMs }
}

/** A picture nobody can read is an outcome to count; anything else ends the measurement. */
function toFault(error: unknown): { reads: readonly PlateRead[]; fault: string } {
  if (error instanceof PictureError) return { reads: [], fault: error.message }
  throw error
}

async function readNamed(folder: string, file: string, hint: string): Promise<Buffer> {
  return await readFile(join(folder, file)).catch((error: unknown) => {
    throw new LabelsError(`${join(folder, file)} cannot be read; ${hint}`, { cause: error })
  })
}
