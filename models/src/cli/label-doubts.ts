import type { LabelDoubt } from '@forecourt/contracts/labels'

/** So many are quoted, and so much of each; the rest is counted. */
const quoted = { doubtsMax: 5, charactersMax: 40 } as const

const wordsOf: Readonly<
  Record<LabelDoubt['kind'], { readonly what: string; readonly fix: string }>
> = {
  no_plate: {
    what: 'labels that are no Chinese plate · 不是中国车牌的标注',
    fix: 'several plates are separated by |; a picture without a plate has an empty field · 多个车牌用 | 分隔；没有车牌则留空',
  },
  extra_fields: {
    what: 'rows with more fields than the heading names · 字段多于表头的行',
    fix: 'several plates are separated by |; a field with a comma is quoted · 多个车牌用 | 分隔；含逗号的字段加引号',
  },
}

/** What in a labels file is hardly meant so, a line a kind; empty when there is nothing. */
export function toDoubtText(file: string, doubts: readonly LabelDoubt[]): string {
  const kinds = [...Map.groupBy(doubts, ({ kind }) => kind)]
  return kinds
    .map(([kind, all]) => {
      const { what, fix } = wordsOf[kind]
      return `${file}, ${what}: ${all.length} (${quote(all)}); ${fix}\n`
    })
    .join('')
}

function quote(doubts: readonly LabelDoubt[]): string {
  const shown = doubts
    .slice(0, quoted.doubtsMax)
    .map(({ line, text }) => `line ${line}: “${text.slice(0, quoted.charactersMax)}”`)
  return shown.join(', ') + (doubts.length > shown.length ? ', …' : '')
}
