import { join } from 'node:path'
import type { PlateRead } from '@forecourt/contracts'
import sharp, { type OverlayOptions } from 'sharp'
import { percent } from '../bounds.ts'
import type { Miss } from '../misses.ts'
import { readPictureFile } from '../picture-file.ts'
import { reasonText } from '../words.ts'
import { boxOf } from './card.ts'
import { cutToFit, drawText, round } from './letters.ts'
import { fileTitle } from './names.ts'
import { badgeWidth, drawBadge } from './plate-badge.ts'
import { type Size, svg } from './svg.ts'

/** Misses shown on one sheet; the title says how many there are. */
export const sheetMax = 60
const tile = { widthPx: 300, heightPx: 252, pictureWidthPx: 276, pictureHeightPx: 128 } as const
/** Where badges stand in a tile, and how much of its last line the reason may take. */
const badgeLeftPx = 86
const whyPx = 170
const gapPx = 16
const headPx = 76
const columnsMax = 5

/** Columns, rows and pixels of a sheet for so many tiles. */
export function sheetLayout(tiles: number): Size & { readonly columns: number } {
  const columns = Math.max(2, Math.min(columnsMax, tiles))
  const rows = Math.max(1, Math.ceil(tiles / columns))
  return {
    columns,
    widthPx: columns * (tile.widthPx + gapPx) + gapPx,
    heightPx: headPx + rows * (tile.heightPx + gapPx) + gapPx,
  }
}

/**
 * Every miss as a tile: the plate enlarged (the whole picture when nothing was found), under it
 * the label and what was read, wrong characters in red, and why it was or was not accepted.
 *
 * @param misses - The worst first; more than `sheetMax` are left out.
 * @returns PNG.
 */
export async function drawContactSheet(title: string, misses: readonly Miss[]): Promise<Buffer> {
  const shown = misses.slice(0, sheetMax)
  const layout = sheetLayout(shown.length)
  const places = shown.map((_, index) => ({
    left: gapPx + (index % layout.columns) * (tile.widthPx + gapPx),
    top: headPx + Math.floor(index / layout.columns) * (tile.heightPx + gapPx),
  }))
  const pictures: OverlayOptions[] = []
  for (const [index, miss] of shown.entries()) {
    const { left = 0, top = 0 } = places[index] ?? {}
    const input = await cutOut(miss)
    if (input !== null) pictures.push({ input, left: left + 12, top: top + 12 })
  }
  const { length: count } = misses
  const left =
    count > shown.length ? `，只列最严重的 ${shown.length} 个 the ${shown.length} worst shown` : ''
  const tiles = shown.map((miss, index) => drawTile(miss, places[index] ?? { left: 0, top: 0 }))
  const body = `<rect width="100%" height="100%" fill="#eceef1"/>
    ${drawText({ x: gapPx + 4, y: 46, sizePx: 22, fill: '#11151b', bold: true }, `${title}：错漏 ${count} 个 miss${count === 1 ? '' : 'es'}${left}`)}
    ${tiles.join('')}`
  return await sharp(svg(layout, body), { unlimited: true })
    .composite(pictures)
    .png({ palette: true, quality: 90 })
    .toBuffer()
}

/** The place in the picture, enlarged to the tile; null when the picture cannot be opened. */
async function cutOut({ folder, file, read }: Miss): Promise<Buffer | null> {
  try {
    const bytes = await readPictureFile(join(folder, file))
    const upright = await sharp(bytes).autoOrient().toBuffer({ resolveWithObject: true })
    const whole = { widthPx: upright.info.width, heightPx: upright.info.height }
    const region = read === null ? null : regionOf(read, whole)
    const cut = region === null ? sharp(upright.data) : sharp(upright.data).extract(region)
    return await cut
      .resize({
        width: tile.pictureWidthPx,
        height: tile.pictureHeightPx,
        fit: 'contain',
        background: '#2a2e35',
        kernel: 'cubic',
      })
      .flatten({ background: '#2a2e35' })
      .png()
      .toBuffer()
  } catch {
    return null // The tile says what was wrong with the picture.
  }
}

/** The plate with some of its surroundings, inside the picture. */
export function regionOf(read: Pick<PlateRead, 'corners'>, whole: Size) {
  const { x, y, widthPx, heightPx } = boxOf(read)
  const [marginX, marginY] = [widthPx * 0.15 + 2, heightPx * 0.3 + 2]
  const left = Math.max(0, Math.min(Math.floor(x - marginX), whole.widthPx - 1))
  const top = Math.max(0, Math.min(Math.floor(y - marginY), whole.heightPx - 1))
  return {
    left,
    top,
    width: Math.max(1, Math.min(Math.ceil(widthPx + 2 * marginX), whole.widthPx - left)),
    height: Math.max(1, Math.min(Math.ceil(heightPx + 2 * marginY), whole.heightPx - top)),
  }
}

function drawTile(
  miss: Miss,
  { left, top }: { readonly left: number; readonly top: number },
): string {
  const isGrave = miss.kind === 'accepted'
  const noLabel = miss.hasLabels ? '不在标注中 none of its labels' : '无 none'
  const under = top + 12 + tile.pictureHeightPx
  const line = (
    { label, text, none }: { readonly label: string; readonly text: string; readonly none: string },
    y: number,
    wrong: ReadonlySet<number>,
  ) => `
    ${drawText({ x: left + 12, y: y + 21, sizePx: 12, fill: '#6b737e' }, label)}
    ${text === '' ? drawText({ x: left + badgeLeftPx, y: y + 21, sizePx: 13, fill: '#8b939e' }, none) : drawBadge({ x: left + badgeLeftPx, y, heightPx: 32, marked: wrong, colour: miss.read?.colour ?? null }, text)}`
  const beside = left + badgeLeftPx + 12 + badgeWidth(miss.read?.plate ?? '', 32)
  const sure = miss.read === null ? '' : `${percent(miss.read.confidence)} %`
  const tone = isGrave ? '#c81e1e' : '#8a5a00'
  const say = { x: left + 12, sizePx: 12 } as const
  return `<rect x="${left}" y="${top}" width="${tile.widthPx}" height="${tile.heightPx}" rx="8" fill="#fff" stroke="${isGrave ? '#c81e1e' : '#d9dde2'}" stroke-width="${isGrave ? 2.5 : 1}"/>
    <rect x="${left + 12}" y="${top + 12}" width="${tile.pictureWidthPx}" height="${tile.pictureHeightPx}" fill="#2a2e35"/>
    ${line({ label: '标注 label', text: miss.truth, none: noLabel }, under + 8, new Set())}
    ${line({ label: '读出 read', text: miss.read?.plate ?? '', none: '无 none' }, under + 44, miss.wrongPlaces)}
    ${drawText({ x: round(beside), y: under + 65, sizePx: 13, fill: tone, bold: true }, sure)}
    ${drawText({ ...say, y: under + 97, fill: tone }, cutToFit(reasonText(miss.why), whyPx, 12))}
    ${drawText({ ...say, x: left + tile.widthPx - 12, y: under + 97, fill: '#6b737e', anchor: 'end' }, cutToFit(fileTitle(miss), tile.pictureWidthPx - whyPx - 8, 12))}`
}
