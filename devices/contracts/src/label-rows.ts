import { parseCsvLine } from './csv-line.ts'
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
  /** Where it stands in the file, or its first row does; the heading is line 1. */
  readonly line: number
}

/** A row as a label of its own. */
export type LabelRow = Label & {
  /** Fields beyond those that the heading names. */
  readonly extra: readonly string[]
}

/** A labels file that cannot be used; the message names the line and the fix. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError'
}

/** The text of a labels file, whichever of the two encodings it has. @throws {LabelsError} */
export function decodeLabels(bytes: Uint8Array): string {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // The next one is tried.
    }
  throw new LabelsError('the text is neither UTF-8 nor GB 18030; save it as CSV UTF-8')
}

/** Every row of `labels.csv` that is not blank. @throws {LabelsError} */
export function parseRows(csv: string): readonly LabelRow[] {
  const [heading = '', ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = parseHeading(heading)
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [toRow(names, parseLine(line, index + 2), index + 2)],
  )
}

/** The columns that are looked at. */
const columns = ['file', 'plate', 'type', 'legible']

function parseHeading(heading: string): readonly string[] {
  const names = parseLine(heading, 1)
  if (!names.includes('file') || !names.includes('plate'))
    throw new LabelsError(
      `line 1 is "${heading.slice(0, 80)}"; begin with a heading that has file and plate`,
    )
  const repeated = columns.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (repeated !== undefined)
    throw new LabelsError(`line 1 has two columns "${repeated}"; name each column once`)
  return names
}

function toRow(names: readonly string[], fields: readonly string[], line: number): LabelRow {
  const column = (name: string) => fields[names.indexOf(name)]
  const [file, plates] = [column('file'), column('plate')]
  if (file === undefined || file === '' || plates === undefined)
    throw new LabelsError(`line ${line} has no file or no plate; write file,plate`)
  const types = column('type')?.split('|') ?? []
  const legibles =
    column('legible')
      ?.split('|')
      .map((value) => toLegible(value, line)) ?? []
  return {
    file,
    line,
    plates: plates.split('|').flatMap((plate, index) => {
      const text = normalisePlate(plate)
      const told = { type: types[index]?.trim() ?? '', legible: legibles[index] ?? true }
      return text === '' ? [] : [labelledPlate(text, told)]
    }),
    extra: fields.slice(names.length).filter((field) => field !== ''),
  }
}

const legibleWords: Readonly<Record<'yes' | 'no', readonly string[]>> = {
  yes: ['', 'yes', 'y', 'true', '1', '是', 'legible'],
  no: ['no', 'n', 'false', '0', '否', 'illegible'],
}

function toLegible(value: string, line: number): boolean {
  const word = value.trim().toLowerCase()
  if (legibleWords.yes.includes(word)) return true
  if (legibleWords.no.includes(word)) return false
  throw new LabelsError(`line ${line}: legible is "${value.trim()}"; write yes or no`)
}

function parseLine(line: string, number: number): readonly string[] {
  const fields = parseCsvLine(line)
  if ('badColumn' in fields)
    throw new LabelsError(
      `line ${number}, column ${fields.badColumn}: a quote is not closed or stray`,
    )
  return fields
}

/** A label without columns of its own says everything by its text. */
export function labelledPlate(
  text: string,
  { type = '', legible = true }: { readonly type?: string; readonly legible?: boolean } = {},
): LabelledPlate {
  const province = [...text].find((character) => provinces.includes(character)) ?? 'none'
  return { text, type: type || plateTypeOf(text) || 'unknown', province, legible }
}
