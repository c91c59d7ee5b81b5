import sharp, { type OverlayOptions } from 'sharp'
import { glyphCell, loadGlyphSprite } from './glyph-sprite.ts'
import { layoutPlate, type PlateLayout } from './plate-layout.ts'

/** Pixels a millimetre: fine enough that the scene only ever shrinks a plate. */
const pixelsPerMm = 1.2

export type PlatePicture = {
  readonly png: Buffer
  readonly widthPx: number
  readonly heightPx: number
}

/** Paints a plate face-on. @throws {RangeError} for plates `layoutPlate` does not know. */
export async function drawPlate(plate: string): Promise<PlatePicture> {
  const layout = layoutPlate(plate)
  const widthPx = toPixels(layout.widthMm)
  const heightPx = toPixels(layout.heightMm)
  const png = await sharp(Buffer.from(boardSvg(layout, widthPx, heightPx)))
    .composite(await glyphOverlays(layout))
    .png()
    .toBuffer()
  return { png, widthPx, heightPx }
}

function toPixels(mm: number): number {
  return Math.round(mm * pixelsPerMm)
}

async function glyphOverlays(layout: PlateLayout): Promise<OverlayOptions[]> {
  const sprite = await loadGlyphSprite()
  return Promise.all(
    layout.glyphs.map(async (glyph) => ({
      input: await inked(
        sprite.mask(glyph.character, layout.style),
        { width: toPixels(glyph.widthMm), height: toPixels(layout.glyphHeightMm) },
        layout.colour === 'blue' ? 255 : 16,
      ),
      left: toPixels(glyph.xMm),
      top: toPixels(layout.glyphTopMm),
    })),
  )
}

/** The mask as the alpha channel of a plain ink. */
async function inked(
  mask: Buffer,
  size: { readonly width: number; readonly height: number },
  ink: number,
): Promise<Buffer> {
  const alpha = await sharp(mask, { raw: { ...glyphCell, channels: 1 } })
    .resize({ ...size, fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer()
  const background = { r: ink, g: ink, b: ink }
  return sharp({ create: { ...size, channels: 3, background } })
    .joinChannel(alpha, { raw: { ...size, channels: 1 } })
    .png()
    .toBuffer()
}

function boardSvg(layout: PlateLayout, widthPx: number, heightPx: number): string {
  const { widthMm, heightMm, dotXMm } = layout
  const dot = dotXMm === null ? '' : `<circle cx="${dotXMm}" cy="70" r="5" fill="#fff"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}"
    viewBox="0 0 ${widthMm} ${heightMm}">
    <defs><linearGradient id="green" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#eef8ee"/><stop offset="1" stop-color="#4cb985"/>
    </linearGradient></defs>
    ${boardFill(layout)}
    <rect x="4" y="4" width="${widthMm - 8}" height="${heightMm - 8}" rx="8" fill="none"
      stroke="${layout.colour === 'blue' ? '#fff' : '#111'}" stroke-width="2.5"/>
    ${[110, widthMm - 110].map((x) => `<circle cx="${x}" cy="14" r="4" fill="#c9ccd1"/><circle cx="${x}" cy="126" r="4" fill="#c9ccd1"/>`).join('')}
    ${dot}
  </svg>`
}

function boardFill({ widthMm, colour }: PlateLayout): string {
  const board = (fill: string, width = widthMm) =>
    `<rect width="${width}" height="140" rx="10" fill="${fill}"/>`
  switch (colour) {
    case 'blue':
      return board('#1d46b4')
    case 'green':
      return board('url(#green)')
    case 'yellow_green':
      return `${board('#5cbf8a')}${board('#f2c230', 132)}`
  }
}
