import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PictureError, type PlateRead } from '@forecourt/contracts'
import { acceptConfidence } from '../confidence.ts'
import { createOnnxPlateReader, type OnnxPlateReaderOptions } from '../onnx-plate-reader.ts'
import { type Label, LabelsError, parseLabels } from './labels.ts'

/** How well the reader does on a labelled folder. */
type Measured = {
  readonly images: number
  /** Pictures whose labelled plates were all read, whatever the confidence. */
  readonly exact: number
  /** Reads at or above `acceptConfidence`. */
  readonly accepted: number
  /** Accepted reads that are no label of their picture. */
  readonly wrongAccepted: number
  /** Pictures without an accepted read. */
  readonly rejected: number
  readonly msPerImage: { readonly p50: number; readonly p95: number }
}

/** One picture's outcome, for people who look for the reason. */
export type Outcome = {
  readonly label: Label
  readonly reads: readonly PlateRead[]
  /** Why the picture could not be read; null when it could. */
  readonly fault: string | null
  readonly durationMs: number
}

type MeasureOptions = {
  readonly pictures: NonNullable<OnnxPlateReaderOptions['pictures']>
  /** Only every n-th line of the labels, from the first: 5 for the validation rows of a set. */
  readonly every?: number
  readonly signal: AbortSignal
  readonly onOutcome?: (outcome: Outcome) => void
}

/**
 * Reads every picture that a folder's `labels.csv` names, and compares.
 *
 * @throws {LabelsError} when the labels are not usable or name a file that is not there.
 */
export async function measureFolder(folder: string, options: MeasureOptions): Promise<Measured> {
  const { every = 1, signal, onOutcome } = options
  const labelsFile = await readNamed(folder, 'labels.csv', 'give a folder with labels.csv')
  const labels = parseLabels(labelsFile.toString('utf8'))
  const chosen = labels.filter((_, index) => index % every === 0)
  if (chosen.length === 0) throw new LabelsError('labels.csv names no picture')
  const reader = await createOnnxPlateReader({ pictures: options.pictures })
  const outcomes: Outcome[] = []
  try {
    for (const label of chosen) {
      const picture = await readNamed(folder, label.file, 'labels.csv names it')
      const startedAtMs = performance.now()
      const { reads, fault } = await reader
        .read(picture, { signal })
        .then((all) => ({ reads: all, fault: null }), toFault)
      const outcome = { label, reads, fault, durationMs: performance.now() - startedAtMs }
      outcomes.push(outcome)
      onOutcome?.(outcome)
    }
  } finally {
    await reader.close()
  }
  return summarise(outcomes)
}

/** A picture nobody can read is an outcome to count; anything else ends the measurement. */
function toFault(error: unknown): { reads: readonly PlateRead[]; fault: string } {
  if (error instanceof PictureError) return { reads: [], fault: error.message }
  throw error
}

async function readNamed(folder: string, file: string, hint: string): Promise<Buffer> {
  return await readFile(join(folder, file)).catch((error: unknown) => {
    throw new LabelsError(`${join(folder, file)} cannot be read; ${hint}`, {
      cause: error,
    })
  })
}

/** Counts outcomes. Exported for its test. */
export function summarise(outcomes: readonly Outcome[]): Measured {
  const acceptedOf = ({ reads }: Outcome) =>
    reads.filter((read) => read.confidence >= acceptConfidence)
  const isExact = ({ label, reads }: Outcome) =>
    label.plates.every((plate) => reads.some((read) => read.plate === plate))
  const accepted = outcomes.flatMap((outcome) =>
    acceptedOf(outcome).map((read) => outcome.label.plates.includes(read.plate)),
  )
  const durationsMs = outcomes.map((outcome) => outcome.durationMs).sort((a, b) => a - b)
  const quantileMs = (q: number) =>
    Math.round((durationsMs[Math.ceil(q * durationsMs.length) - 1] ?? 0) * 10) / 10
  return {
    images: outcomes.length,
    exact: outcomes.filter(isExact).length,
    accepted: accepted.length,
    wrongAccepted: accepted.filter((right) => !right).length,
    rejected: outcomes.filter((outcome) => acceptedOf(outcome).length === 0).length,
    msPerImage: { p50: quantileMs(0.5), p95: quantileMs(0.95) },
  }
}
