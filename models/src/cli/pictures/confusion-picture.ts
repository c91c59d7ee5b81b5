import type { Confusion } from '../confusion.ts'
import { drawText, round } from './letters.ts'
import { toPng } from './svg.ts'

/** Characters shown on each side of the table, the most confused first; the list holds as many pairs. */
const shownMax = { characters: 30, pairs: 24 } as const
const cellPx = 30
const left = 92
const top = 136
const listPx = 420
const ink = { title: '#11151b', text: '#444b55', faint: '#8b939e', line: '#e4e7eb' } as const

/**
 * Which character was taken for which: true characters down, read ones across, counts in the
 * cells; beside it the frequent pairs with the places where they happened.
 *
 * @returns PNG.
 */
export function drawConfusions(name: string, confusions: readonly Confusion[]): Promise<Buffer> {
  const rows = rankBy(confusions, ({ truth }) => truth)
  const columns = rankBy(confusions, ({ read }) => read)
  const pairs = confusions.slice(0, shownMax.pairs)
  const gridPx = Math.max(columns.length * cellPx, 250)
  const heightPx = top + Math.max(rows.length * cellPx, pairs.length * 26, 90) + 60
  const size = { widthPx: left + gridPx + 60 + listPx, heightPx }
  const body = [
    `<rect width="100%" height="100%" fill="#fff"/>`,
    drawText(
      { x: 28, y: 44, sizePx: 22, fill: ink.title, bold: true },
      `${name}：混淆的字符 confused characters`,
    ),
    ...subtitle(confusions).map((line, index) =>
      drawText({ x: 28, y: 70 + index * 21, sizePx: 14, fill: ink.text }, line),
    ),
    ...drawGrid(rows, columns, confusions),
    ...drawList(left + gridPx + 60, pairs),
  ]
  return toPng(size, body.join(''))
}

function subtitle(confusions: readonly Confusion[]): readonly string[] {
  if (confusions.length === 0) return ['没有字符被读错。', 'No character was taken for another.']
  const mistakes = confusions.reduce((sum, { count }) => sum + count, 0)
  const pairs = confusions.length
  return [
    `错字 ${mistakes} 个，${pairs} 种；行：实际的字符，列：读成的字符`,
    `${mistakes} wrong character${mistakes === 1 ? '' : 's'} in ${pairs} pair${pairs === 1 ? '' : 's'}; rows: what stands there, columns: what was read`,
  ]
}

/** Characters by how often they are confused; an empty one (added or missed) is kept too. */
function rankBy(
  confusions: readonly Confusion[],
  of: (each: Confusion) => string,
): readonly string[] {
  const groups = [...Map.groupBy(confusions, of)].map(
    ([character, each]) => [character, each.reduce((sum, { count }) => sum + count, 0)] as const,
  )
  const ranked = groups.sort((a, b) => b[1] - a[1]).map(([character]) => character)
  return ranked.slice(0, shownMax.characters)
}

function drawGrid(
  rows: readonly string[],
  columns: readonly string[],
  confusions: readonly Confusion[],
): readonly string[] {
  const most = confusions[0]?.count ?? 1
  const heads = [
    ...columns.map((each, index) => head(each, left + (index + 0.5) * cellPx, top - 12, 'middle')),
    ...rows.map((each, index) => head(each, left - 12, top + (index + 0.68) * cellPx, 'end')),
  ]
  const cells = confusions.map(({ truth, read, count }) => {
    const [column, row] = [columns.indexOf(read), rows.indexOf(truth)]
    return column < 0 || row < 0 ? '' : drawCell(column, row, count, count / most)
  })
  const lines = [
    ...columns.map((_, i) => rule(left + i * cellPx, top, 0, rows.length * cellPx)),
    ...rows.map((_, i) => rule(left, top + i * cellPx, columns.length * cellPx, 0)),
  ]
  return [...lines, ...cells, ...heads]
}

function head(character: string, x: number, y: number, anchor: 'middle' | 'end'): string {
  const isNone = character === ''
  return drawText(
    { x, y, sizePx: isNone ? 9 : 18, fill: isNone ? ink.faint : ink.title, anchor },
    isNone ? '无 none' : character,
  )
}

function drawCell(column: number, row: number, count: number, share: number): string {
  const [x, y] = [left + column * cellPx, top + row * cellPx]
  const opacity = round(0.14 + 0.8 * Math.sqrt(share))
  const number = { x: x + cellPx / 2, y: y + cellPx * 0.66, sizePx: 13, anchor: 'middle' } as const
  return `<rect x="${x + 1}" y="${y + 1}" width="${cellPx - 2}" height="${cellPx - 2}" rx="4" fill="#d43d2f" fill-opacity="${opacity}"/>
    ${drawText({ ...number, fill: opacity > 0.6 ? '#fff' : ink.title }, `${count}`)}`
}

function rule(x: number, y: number, dx: number, dy: number): string {
  return `<path d="M${x} ${y}l${dx} ${dy}" stroke="${ink.line}" stroke-width="1"/>`
}

/** One line a pair, with its places: `浙 → 皖   12   1 ×12`. */
function drawList(x: number, pairs: readonly Confusion[]): readonly string[] {
  return pairs.map(({ truth, read, count, places }, index) => {
    const y = top + index * 26
    const where = Object.entries(places).map(([place, each]) => `${place} ×${each}`)
    return [
      drawText({ x, y, sizePx: 16, fill: ink.title }, `${truth || '…'} → ${read || '…'}`),
      drawText({ x: x + 110, y, sizePx: 16, fill: ink.title, anchor: 'end' }, `${count}`),
      drawText({ x: x + 126, y, sizePx: 13, fill: ink.text }, `位置 place ${where.join(', ')}`),
    ].join('')
  })
}
