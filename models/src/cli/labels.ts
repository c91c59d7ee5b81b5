import { normalisePlate } from '@forecourt/contracts'

/** One labelled picture: its file's name and every plate to be read in it. */
export type Label = { readonly file: string; readonly plates: readonly string[] }

/** A labels file that cannot be used; the message names the line and the fix. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError'
}

/**
 * Reads `labels.csv`: a heading with at least `file` and `plate`, then a line a picture. Fields may
 * be quoted; several plates of one picture are separated by `|`; lines may end in CRLF.
 *
 * @throws {LabelsError}
 */
export function parseLabels(csv: string): readonly Label[] {
  const [heading, ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = parseLine(heading ?? '', 1)
  const [file, plate] = [names.indexOf('file'), names.indexOf('plate')]
  if (file < 0 || plate < 0)
    throw new LabelsError(
      `line 1 is "${(heading ?? '').slice(0, 80)}"; begin with a heading that has file and plate`,
    )
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [toLabel(parseLine(line, index + 2), { file, plate }, index + 2)],
  )
}

function toLabel(
  fields: readonly string[],
  columns: { readonly file: number; readonly plate: number },
  line: number,
): Label {
  const [file, plates] = [fields[columns.file], fields[columns.plate]]
  if (file === undefined || file === '' || plates === undefined)
    throw new LabelsError(`line ${line} has no file or no plate; write file,plate`)
  const texts = plates.split('|').map(normalisePlate)
  return { file, plates: texts.filter((text) => text !== '') }
}

/** Fields of one line as RFC 4180 writes them; no field spans lines here. */
function parseLine(line: string, number: number): readonly string[] {
  const fields: string[] = []
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y
  for (;;) {
    const at = field.lastIndex
    const match = field.exec(line)
    if (match === null)
      throw new LabelsError(`line ${number}, column ${at + 1}: a quote is not closed or stray`)
    fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim())
    if (match[3] !== ',') return fields
  }
}
