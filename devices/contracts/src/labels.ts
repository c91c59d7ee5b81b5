import { normalisePlate, plateTypeOf, provinces } from './plate.ts'

/** One plate that stands in a picture, and what it is counted under. */
export type LabelledPlate = {
  readonly text: string
  /** The column `type`; else what the grammar says; `unknown` when it is not a plate's text. */
  readonly type: string
  /** The province's character, `none` for plates without one. */
  readonly province: string
  /** False when the column `legible` says no. */
  readonly legible: boolean
}

/** One labelled picture: its file's name and every plate to be read in it, the main one first. */
export type Label = {
  readonly file: string
  readonly plates: readonly LabelledPlate[]
  /** Where it stands in the file; the heading is line 1. */
  readonly line: number
}

/** A labels file that cannot be used; the message names the line and the fix. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError'
}

/**
 * Reads `labels.csv`: a heading with at least `file` and `plate`, then a line a picture. Fields may
 * be quoted; several plates of one picture are separated by `|` and so are their `type` and
 * `legible`, which may be left out; an empty plate says that there is none. Other columns are
 * not looked at. Lines may end in CRLF.
 *
 * @throws {LabelsError}
 */
export function parseLabels(csv: string): readonly Label[] {
  const [heading, ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = parseLine(heading ?? '', 1)
  if (!names.includes('file') || !names.includes('plate'))
    throw new LabelsError(
      `line 1 is "${(heading ?? '').slice(0, 80)}"; begin with a heading that has file and plate`,
    )
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [toLabel(names, parseLine(line, index + 2), index + 2)],
  )
}

function toLabel(names: readonly string[], fields: readonly string[], line: number): Label {
  const column = (name: string) => fields[names.indexOf(name)]
  const [file, plates] = [column('file'), column('plate')]
  if (file === undefined || file === '' || plates === undefined)
    throw new LabelsError(`line ${line} has no file or no plate; write file,plate`)
  const types = column('type')?.split('|') ?? []
  const legible = column('legible')?.split('|') ?? []
  return {
    file,
    line,
    plates: plates.split('|').flatMap((plate, index) => {
      const text = normalisePlate(plate)
      return text === '' ? [] : [labelledPlate(text, types[index], legible[index])]
    }),
  }
}

/** A label without columns of its own says everything by its text. */
export function labelledPlate(text: string, type?: string, legible?: string): LabelledPlate {
  const province = [...text].find((character) => provinces.includes(character)) ?? 'none'
  return {
    text,
    type: type?.trim() || plateTypeOf(text) || 'unknown',
    province,
    legible: !['no', 'false', '0'].includes(legible?.trim().toLowerCase() ?? ''),
  }
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
