import { decodeLabels, type Label, type LabelRow, parseRows } from './label-rows.ts'

export { type Label, type LabelledPlate, LabelsError, labelledPlate } from './label-rows.ts'

/** Something in a row that can be used but is hardly meant so. */
export type LabelDoubt = {
  readonly line: number
  /** `no_plate`: no Chinese plate, and no type either; `extra_fields`: more than the heading names. */
  readonly kind: 'no_plate' | 'extra_fields'
  /** What stands there. */
  readonly text: string
}

/**
 * The labels in the bytes of a `labels.csv`, UTF-8 or, as Excel saves it in China, GB 18030, with
 * what is doubtful in them.
 *
 * @throws {LabelsError}
 */
export function readLabels(bytes: Uint8Array): {
  readonly labels: readonly Label[]
  readonly doubts: readonly LabelDoubt[]
} {
  const rows = parseRows(decodeLabels(bytes))
  return { labels: mergeRows(rows), doubts: rows.flatMap(doubtsOf) }
}

/**
 * Reads `labels.csv`: a heading with at least `file` and `plate`, then a line a picture. Fields may
 * be quoted; several plates of one picture are separated by `|` and so are their `type` and
 * `legible`, which may be left out; or they stand in rows of their own with the same file. An empty
 * plate says that there is none. Other columns are not looked at. Lines may end in CRLF.
 *
 * @throws {LabelsError}
 */
export function parseLabels(csv: string): readonly Label[] {
  return mergeRows(parseRows(csv))
}

/** A picture may have a row for each of its plates; each text counts once. */
function mergeRows(rows: readonly LabelRow[]): readonly Label[] {
  const pictures = [...Map.groupBy(rows, ({ file }) => file).entries()]
  return pictures.map(([file, all]) => ({
    file,
    line: all[0]?.line ?? 0,
    plates: all
      .flatMap(({ plates }) => plates)
      .filter(({ text }, index, each) => each.findIndex((one) => one.text === text) === index),
  }))
}

function doubtsOf({ line, plates, extra }: LabelRow): readonly LabelDoubt[] {
  const strange = plates.filter(({ type }) => type === 'unknown')
  return [
    ...strange.map(({ text }) => ({ line, kind: 'no_plate', text }) as const),
    ...(extra.length === 0 ? [] : [{ line, kind: 'extra_fields', text: extra.join(',') } as const]),
  ]
}
