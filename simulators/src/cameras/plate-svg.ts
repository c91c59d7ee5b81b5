import type { PlateColour } from '@forecourt/contracts'
import { plateOutline } from '@forecourt/contracts/plate-outlines'
import type { PlacedGlyph, PlateLayout } from './plate-layout.ts'
import { type Corners, type Projection, toCorners } from './projection.ts'

/** Ground from top to bottom, and ink. */
const paints: Readonly<
  Record<PlateColour, { readonly top: string; readonly foot: string; readonly ink: string }>
> = {
  blue: { top: '#1f4cbd', foot: '#1a41a8', ink: '#f7f9ff' },
  yellow: { top: '#f5bf1b', foot: '#e9ad0c', ink: '#17171a' },
  green: { top: '#eef8ee', foot: '#4cb985', ink: '#101614' },
  yellow_green: { top: '#5cbf8a', foot: '#54b681', ink: '#101614' },
  white: { top: '#f3f4f3', foot: '#e6e8e8', ink: '#17181b' },
  black: { top: '#1d1f24', foot: '#141519', ink: '#f2f3f5' },
}
/** Farm machines: the green of road signs, with white characters. */
const farmPaint = { top: '#1f8a55', foot: '#197a4a', ink: '#f4f7f4' }
const red = '#c9211e'

/**
 * A plate in perspective as SVG: every outline is projected, so that it is sharp at any size.
 *
 * @param corners - Where the board's corners are in the picture, top left first.
 * @param id - Names the gradient; unique in the drawing.
 */
export function plateSvg(layout: PlateLayout, corners: Corners, id: string): string {
  const { widthMm, heightMm, dot } = layout
  const project = toCorners(widthMm, heightMm, corners)
  const { top, foot, ink } = paintOf(layout)
  const [x1, y1] = project([widthMm / 2, 0])
  const [x2, y2] = project([widthMm / 2, heightMm])
  const board = rounded({ x: 0, y: 0, width: widthMm, height: heightMm }, 10)
  const screws = [110, widthMm - 110].flatMap((x) => [
    circle([x, 10], 4),
    circle([x, heightMm - 10], 4),
  ])
  return `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${f(x1)}" y1="${f(y1)}" x2="${f(x2)}" y2="${f(y2)}">
      <stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${foot}"/></linearGradient>
    <path d="${trace(board, project)}" fill="url(#${id})"/>${yellowHead(layout, project)}
    <path d="${frameOf(layout)
      .map((ring) => trace(ring, project))
      .join('')}" fill="${ink}" fill-opacity="0.9" fill-rule="evenodd"/>
    <path d="${screws.map((screw) => trace(screw, project)).join('')}" fill="#b9bdc4"/>
    ${dot === null ? '' : `<path d="${trace(circle([dot.xMm, dot.yMm], 5), project)}" fill="${ink}"/>`}
    ${layout.glyphs.map((glyph) => glyphSvg(glyph, project, glyph.isRed ? red : ink)).join('')}`
}

function paintOf({ colour, rows }: PlateLayout) {
  return colour === 'green' && rows === 2 ? farmPaint : paints[colour]
}

/** Large new-energy plates are yellow under province and office. */
function yellowHead({ colour, heightMm }: PlateLayout, project: Projection): string {
  if (colour !== 'yellow_green') return ''
  const head = rounded({ x: 0, y: 0, width: 132, height: heightMm }, 10)
  return `<path d="${trace(head, project)}" fill="#f2c230"/>`
}

/** The printed line round the board: an outer and an inner ring. */
function frameOf({ widthMm, heightMm }: PlateLayout): readonly (readonly PointMm[])[] {
  const ring = (inset: number) =>
    rounded({ x: inset, y: inset, width: widthMm - 2 * inset, height: heightMm - 2 * inset }, 8)
  return [ring(3.5), ring(6)]
}

function glyphSvg(glyph: PlacedGlyph, project: Projection, ink: string): string {
  const { width, height, path } = plateOutline(glyph.character, glyph.style)
  const [scaleX, scaleY] = [glyph.widthMm / width, glyph.heightMm / height]
  const rings = path.split('Z').filter((ring) => ring !== '')
  const traced = rings.map((ring) => {
    const numbers = ring.slice(1).split(' ').map(Number)
    const points = Array.from({ length: numbers.length / 2 }, (_, index): PointMm => {
      const [x = 0, y = 0] = numbers.slice(index * 2, index * 2 + 2)
      return [glyph.xMm + x * scaleX, glyph.yMm + y * scaleY]
    })
    return trace(points, project)
  })
  return `<path d="${traced.join('')}" fill="${ink}" fill-rule="evenodd"/>`
}

type PointMm = readonly [x: number, y: number]

function trace(points: readonly PointMm[], project: Projection): string {
  const seen = points.map((point) => project(point).map(f).join(' '))
  return `M${seen.join('L')}Z`
}

function circle([x, y]: PointMm, radius: number): readonly PointMm[] {
  return Array.from({ length: 12 }, (_, index) => {
    const angle = (index * Math.PI) / 6
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
}

function rounded(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  radius: number,
): readonly PointMm[] {
  const [right, foot] = [box.x + box.width - radius, box.y + box.height - radius]
  const centres: readonly PointMm[] = [
    [right, foot],
    [box.x + radius, foot],
    [box.x + radius, box.y + radius],
    [right, box.y + radius],
  ]
  return centres.flatMap(([x, y], quarter) =>
    [0, 1, 2, 3].map((step): PointMm => {
      const angle = ((quarter + step / 3) * Math.PI) / 2
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    }),
  )
}

function f(value: number): string {
  return value.toFixed(2)
}
