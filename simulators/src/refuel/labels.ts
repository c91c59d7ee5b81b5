import { normalisePlate, Plate } from '@forecourt/contracts'

/** One labelled photograph. */
export type LabelledPhoto = { readonly file: string; readonly plate: string }

/**
 * Reads a `labels.csv`: a header naming at least `file` and `plate`, fields quoted where they
 * need it (RFC 4180). Where several plates stand in one picture, parted by a vertical bar, the
 * first is the car that refuels.
 *
 * @throws {Error} naming the line and what is wrong with it.
 */
export function parseLabels(text: string): readonly LabelledPhoto[] {
  const [header, ...rows] = parseCsv(text.replace(/^\uFEFF/, ''))
  const column = (name: string) => {
    const index = header?.indexOf(name) ?? -1
    if (index >= 0) return index
    throw new Error(`labels.csv, line 1: no column "${name}"; it needs file and plate`)
  }
  const file = column('file')
  const plate = column('plate')
  return rows.map((row, index) => toPhoto(row[file] ?? '', row[plate] ?? '', index + 2))
}

function toPhoto(file: string, plates: string, line: number): LabelledPhoto {
  if (file === '' || file.includes('..') || file.startsWith('/')) {
    throw new Error(`labels.csv, line ${line}: "${file}" is not a file beside labels.csv`)
  }
  const plate = Plate.safeParse(normalisePlate(plates.split('|')[0] ?? ''))
  if (plate.success) return { file, plate: plate.data }
  throw new Error(`labels.csv, line ${line}: "${plates}" is not a Chinese licence plate`)
}

const field = /(?:^|,|\n)(?:"((?:[^"]|"")*)"|([^",\n]*))/g

function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  for (const match of text.replaceAll('\r\n', '\n').trimEnd().matchAll(field)) {
    const value = match[1]?.replaceAll('""', '"') ?? match[2] ?? ''
    if (match[0].startsWith(',')) rows.at(-1)?.push(value)
    else rows.push([value])
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '')
}
