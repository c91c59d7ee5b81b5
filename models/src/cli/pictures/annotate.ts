import type { Corner, PlateRead } from '@forecourt/contracts'
import sharp from 'sharp'
import { canBeNamed } from '../../confidence.ts'
import { boxOf, cardSize, drawCard, type Placed, placeCards, toneOf } from './card.ts'
import { round } from './letters.ts'
import { type Size, svg } from './svg.ts'

/** A shown picture's longer side: larger ones are shrunk, smaller ones enlarged to the least width. */
const shown = { sideMaxPx: 2_000, widthMinPx: 640 } as const
/** Under this height there is no room in the picture; the cards go below it. */
const roomMinPx = 360

/**
 * The picture with every plate's corners, its text as read, confidence and runner-up: green where
 * the read is accepted, amber where it is only a hint. One that cannot be named has corners only.
 *
 * @param picture - As given to the reader: corners are pixels of it, upright.
 * @returns JPEG.
 */
export async function annotate(picture: Uint8Array, reads: readonly PlateRead[]): Promise<Buffer> {
  const upright = sharp(picture, { failOn: 'truncated' }).autoOrient()
  const { autoOrient } = await sharp(picture).metadata()
  const scale = scaleOf(autoOrient.width, autoOrient.height)
  const size = {
    widthPx: Math.max(1, Math.round(autoOrient.width * scale)),
    heightPx: Math.max(1, Math.round(autoOrient.height * scale)),
  }
  const moved = reads.map((read) => ({ ...read, corners: scaled(read.corners, scale) }))
  const { body, heightPx } = overlay(size, moved)
  return await upright
    .resize({ width: size.widthPx, height: size.heightPx, fit: 'fill' })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .extend({ bottom: heightPx - size.heightPx, background: '#15181d' })
    .composite([{ input: svg({ ...size, heightPx }, body), left: 0, top: 0 }])
    .jpeg({ quality: 90 })
    .toBuffer()
}

function scaleOf(widthPx: number, heightPx: number): number {
  const side = Math.max(widthPx, heightPx)
  if (side > shown.sideMaxPx) return shown.sideMaxPx / side
  return Math.min(Math.max(1, shown.widthMinPx / widthPx), shown.sideMaxPx / side)
}

function scaled(corners: PlateRead['corners'], scale: number): PlateRead['corners'] {
  const move = ([x, y]: Corner): Corner => [x * scale, y * scale]
  return [move(corners[0]), move(corners[1]), move(corners[2]), move(corners[3])]
}

/** The drawing over the picture: a frame for each plate, a card for each that can be named, and the height it needs: more than the picture's when cards go below. */
function overlay(
  size: Size,
  reads: readonly PlateRead[],
): { readonly body: string; readonly heightPx: number } {
  const named = reads.filter(canBeNamed)
  // Many cards get smaller, or they would hide the picture.
  const crowd = Math.max(1, Math.sqrt(named.length / 3))
  const unitPx = Math.max(12, Math.min(30, size.widthPx / 44 / crowd))
  const cards: readonly Placed[] =
    size.heightPx >= roomMinPx ? placeCards(size, named, unitPx) : below(size, named, unitPx)
  const bottom = Math.max(0, ...cards.map(({ box }) => box.y + box.heightPx + unitPx * 0.6))
  const heightPx = Math.max(size.heightPx, size.heightPx >= roomMinPx ? 0 : Math.round(bottom))
  const frames = reads.map((read) => drawFrame(read, unitPx)).join('')
  const drawn = cards.map((card) => drawLeader(card, unitPx) + drawCard(card, unitPx))
  return { body: frames + drawn.join(''), heightPx }
}

function below(size: Size, reads: readonly PlateRead[], unitPx: number): readonly Placed[] {
  let y = size.heightPx + unitPx * 0.6
  return reads.map((read) => {
    const card = cardSize(read, unitPx)
    const box = { x: (size.widthPx - card.widthPx) / 2, y, ...card }
    y += card.heightPx + unitPx * 0.4
    return { read, box }
  })
}

function drawFrame(read: PlateRead, unitPx: number): string {
  const points = read.corners.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')
  const tone = toneOf(read)
  const line = (colour: string, width: number, opacity: number) =>
    `<polygon points="${points}" fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-linejoin="round" stroke-opacity="${opacity}"/>`
  const [topLeft] = read.corners
  return `${line('#000', unitPx * 0.24, 0.55)}${line(tone, unitPx * 0.12, 1)}
    <circle cx="${round(topLeft[0])}" cy="${round(topLeft[1])}" r="${round(unitPx * 0.18)}" fill="${tone}"/>`
}

/** A line from a plate to its card where the card does not stand right beside it. */
export function drawLeader({ read, box }: Placed, unitPx: number): string {
  const plate = boxOf(read)
  const [x, y] = [plate.x + plate.widthPx / 2, plate.y + plate.heightPx / 2]
  const toX = Math.max(box.x, Math.min(x, box.x + box.widthPx))
  const toY = Math.max(box.y, Math.min(y, box.y + box.heightPx))
  const fromX = Math.max(plate.x, Math.min(toX, plate.x + plate.widthPx))
  const fromY = Math.max(plate.y, Math.min(toY, plate.y + plate.heightPx))
  if (Math.hypot(toX - fromX, toY - fromY) < unitPx) return ''
  return `<path d="M${round(fromX)} ${round(fromY)}L${round(toX)} ${round(toY)}" stroke="${toneOf(read)}" stroke-width="${round(unitPx * 0.12)}"/>`
}
