import { access, constants, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabelsError } from '@forecourt/contracts/labels'
import { type LabelledPhoto, parsePhotos } from './labels.ts'

/** So many missing files are named; the rest is counted. */
const namedMax = 5

/**
 * The photographs a folder's `labels.csv` names, each with its whole path. All are looked for
 * before anything starts: a refuel before a camera without a picture would prove nothing.
 *
 * @throws {Error} when there is no usable `labels.csv`, or it names files that are not there.
 */
export async function findPhotos(folder: string): Promise<readonly LabelledPhoto[]> {
  const file = join(folder, 'labels.csv')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const fix = 'give --photos a folder with labels.csv (columns file, plate)'
    throw new Error(`${file} cannot be read; ${fix}`, { cause: error })
  })
  const photos = photosIn(file, text).map(({ file: name, plate }) => ({
    file: join(folder, name),
    plate,
  }))
  if (photos.length === 0) throw new Error(`${file} names no photograph`)
  await mustBeThere(photos.map((photo) => photo.file))
  return photos
}

function photosIn(file: string, csv: string): readonly LabelledPhoto[] {
  try {
    return parsePhotos(csv)
  } catch (error) {
    throw error instanceof LabelsError
      ? new Error(`${file}, ${error.message}`, { cause: error })
      : error
  }
}

/** @throws {Error} naming the photographs that cannot be opened. */
export async function mustBeThere(files: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const file of new Set(files)) {
    await access(file, constants.R_OK).catch(() => missing.push(file))
  }
  if (missing.length === 0) return
  const more = missing.length > namedMax ? ` and ${missing.length - namedMax} more` : ''
  throw new Error(`no such photograph: ${missing.slice(0, namedMax).join(', ')}${more}`)
}
