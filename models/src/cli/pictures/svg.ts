import sharp from 'sharp'

/** An SVG drawing of a given size. */
export function svg(size: Size, body: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.widthPx}" height="${size.heightPx}" viewBox="0 0 ${size.widthPx} ${size.heightPx}">${body}</svg>`,
  )
}

export type Size = { readonly widthPx: number; readonly heightPx: number }

/** A drawing as PNG. Ten colours suffice for a chart: a palette makes the file small. */
export function toPng(size: Size, body: string): Promise<Buffer> {
  return sharp(svg(size, body), { unlimited: true }).png({ palette: true, quality: 95 }).toBuffer()
}
