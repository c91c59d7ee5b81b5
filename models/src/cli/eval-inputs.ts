import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Label } from '@forecourt/contracts/labels'
import { labelsOf } from './measure.ts'
import { UsageError } from './options.ts'

/** A folder and its labelled pictures. */
export type LabelSet = { readonly folder: string; readonly labels: readonly Label[] }

/**
 * The labels of all folders, before anything is measured: it would be lost at a fault in the last.
 * Warnings go to standard error.
 *
 * @throws {LabelsError}
 */
export async function loadLabels(
  folders: readonly string[],
  every: number,
): Promise<readonly LabelSet[]> {
  const warn = (text: string) => process.stderr.write(text)
  const sets: LabelSet[] = []
  for (const folder of folders)
    sets.push({ folder, labels: await labelsOf(folder, { every, warn }) })
  return sets
}

/** Empties the features' file. @throws {UsageError} when it cannot be written, or holds the labels themselves. */
export async function beginFeatures(file: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if (await isSameFile(file, join(folder, 'labels.csv')))
      throw new UsageError(`--features ${file} holds the labels; give --features another FILE`)
  await writeFile(file, '').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be written; give --features another FILE`, {
      cause: error,
    })
  })
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => stat(path).catch(() => null)))
  return one != null && other != null && one.dev === other.dev && one.ino === other.ino
}
