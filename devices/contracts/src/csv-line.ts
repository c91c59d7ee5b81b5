/** Fields of one line as RFC 4180 writes them; the column (from 1) of a quote that is not closed or stray. */
export function parseCsvLine(line: string): readonly string[] | { readonly badColumn: number } {
  const fields: string[] = []
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y
  for (;;) {
    const at = field.lastIndex
    const match = field.exec(line)
    if (match === null) return { badColumn: at + 1 }
    fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim())
    if (match[3] !== ',') return fields
  }
}
