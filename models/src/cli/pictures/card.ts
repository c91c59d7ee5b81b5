import type { PlateRead } from '@forecourt/contracts'
import { percent } from '../bounds.ts'
import { reasonText } from '../words.ts'
import { drawText, round, widthOf } from './letters.ts'
import { badgeWidth, drawBadge } from './plate-badge.ts'
import type { Size } from './svg.ts'

export type Box = Size & { readonly x: number; readonly y: number }

/** A read and where its card stands. */
export type Placed = { readonly read: PlateRead; readonly box: Box }

/** Colours of a read: accepted, or only a hint. */
export const tones = { accepted: '#2fd07f', doubtful: '#ffb224' } as const

export function toneOf(read: PlateRead): string {
  return read.rejected === null ? tones.accepted : tones.doubtful
}

/** All lengths are in units: `unitPx` is the height of the card's text. */
const badgeUnits = 2.3
const padUnits = 0.45

/** A card: the plate as a badge, how sure, and below it the runner-up and the reason for doubt. */
export function cardSize(read: PlateRead, unitPx: number): Size {
  const first =
    badgeWidth(read.plate, badgeUnits * unitPx) + unitPx * 0.6 + widthOf(sure(read), unitPx * 1.2)
  const second = widthOf(notes(read), unitPx * 0.82)
  const widthPx = Math.max(first, second) + 2 * padUnits * unitPx + stripeUnits * unitPx
  return { widthPx: Math.ceil(widthPx), heightPx: Math.ceil((badgeUnits + 1.95) * unitPx) }
}

const stripeUnits = 0.3

export function drawCard({ read, box }: Placed, unitPx: number): string {
  const tone = toneOf(read)
  const left = box.x + (stripeUnits + padUnits) * unitPx
  const top = box.y + padUnits * unitPx
  const badgePx = badgeUnits * unitPx
  const beside = left + badgeWidth(read.plate, badgePx) + unitPx * 0.6
  const { x, y, widthPx, heightPx } = box
  return `<rect x="${round(x)}" y="${round(y)}" width="${widthPx}" height="${heightPx}" rx="${round(unitPx * 0.3)}" fill="#12151b" fill-opacity="0.86"/>
    <rect x="${round(x)}" y="${round(y)}" width="${round(stripeUnits * unitPx)}" height="${heightPx}" rx="${round(unitPx * 0.12)}" fill="${tone}"/>
    ${drawBadge({ x: left, y: top, heightPx: badgePx, colour: read.colour }, read.plate)}
    ${drawText({ x: beside, y: top + badgePx * 0.72, sizePx: unitPx * 1.2, fill: tone, bold: true }, sure(read))}
    ${drawText({ x: left, y: top + badgePx + unitPx * 0.92, sizePx: unitPx * 0.82, fill: '#c9ced6' }, notes(read))}`
}

function sure(read: PlateRead): string {
  return `${percent(read.confidence)} %`
}

function notes({ runnerUp, rejected }: PlateRead): string {
  const second =
    runnerUp === null
      ? '无次选 no runner-up'
      : `或 or ${runnerUp.plate}  ${percent(runnerUp.confidence)} %`
  return rejected === null ? second : `${reasonText(rejected)} · ${second}`
}

/** Each card above its plate, else below, else where no card and no plate is; always in the picture. */
export function placeCards(
  size: Size,
  reads: readonly PlateRead[],
  unitPx: number,
): readonly Placed[] {
  const placed: Placed[] = []
  for (const read of reads) {
    const card = cardSize(read, unitPx)
    const places = placesFor(read, card, unitPx).map((at) => within(size, { ...at, ...card }))
    const taken = [...placed.map((other) => other.box), ...reads.map(boxOf)]
    const free = places.find((box) => !taken.some((other) => overlaps(box, other)))
    const box = free ?? places[0]
    if (box !== undefined) placed.push({ read, box })
  }
  return placed
}

/** Above, below, right, left of the plate, then ever further above and below. */
function placesFor(
  read: PlateRead,
  card: Size,
  unitPx: number,
): readonly { x: number; y: number }[] {
  const plate = boxOf(read)
  const [left, right] = [plate.x, plate.x + plate.widthPx]
  const [top, bottom] = [plate.y, plate.y + plate.heightPx]
  const gap = unitPx * 0.5
  const x = (left + right - card.widthPx) / 2
  const middle = (top + bottom - card.heightPx) / 2
  const further = [1, 2, 3, 4].flatMap((step) => [
    { x, y: top - gap - card.heightPx - step * (card.heightPx + 2) },
    { x, y: bottom + gap + step * (card.heightPx + 2) },
  ])
  return [
    { x, y: top - gap - card.heightPx },
    { x, y: bottom + gap },
    { x: right + gap, y: middle },
    { x: left - gap - card.widthPx, y: middle },
    ...further,
  ]
}

/** The upright rectangle around a plate. */
export function boxOf({ corners }: Pick<PlateRead, 'corners'>): Box {
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, widthPx: Math.max(...xs) - x, heightPx: Math.max(...ys) - y }
}

function within(size: Size, box: Box): Box {
  const clamp = (value: number, max: number) => Math.max(0, Math.min(value, max))
  return {
    ...box,
    x: clamp(box.x, size.widthPx - box.widthPx),
    y: clamp(box.y, size.heightPx - box.heightPx),
  }
}

function overlaps(a: Box, b: Box): boolean {
  const apart =
    a.x + a.widthPx <= b.x ||
    b.x + b.widthPx <= a.x ||
    a.y + a.heightPx <= b.y ||
    b.y + b.heightPx <= a.y
  return !apart
}
