import { Plate } from '@forecourt/contracts'
import { type Label, LabelsError, parseLabels } from '@forecourt/contracts/labels'

/** One labelled photograph. */
export type LabelledPhoto = { readonly file: string; readonly plate: string }

/**
 * The photographs of a `labels.csv`. Where several plates stand in one picture, the first is the
 * car that refuels.
 *
 * @throws {LabelsError} naming the line and what is wrong with it.
 */
export function parsePhotos(csv: string): readonly LabelledPhoto[] {
  return parseLabels(csv).map(toPhoto)
}

function toPhoto({ file, plates, line }: Label): LabelledPhoto {
  if (file.includes('..') || file.startsWith('/'))
    throw new LabelsError(`line ${line}: "${file}" is not a file beside labels.csv`)
  const text = plates[0]?.text ?? ''
  const plate = Plate.safeParse(text)
  if (plate.success) return { file, plate: plate.data }
  throw new LabelsError(`line ${line}: "${text}" is not a Chinese licence plate`)
}
