import { plateOutline } from '@forecourt/contracts/plate-outlines'
import sharp from 'sharp'

/** Left edges of the seven characters of a blue plate of 440 × 140 mm (GA 36-2018, figure 1). */
const leftsMm = [15.5, 72.5, 151.5, 208.5, 265.5, 322.5, 379.5] as const
const character = { topMm: 25, widthMm: 45, heightMm: 90 } as const

/** A flat blue plate with an ordinary text, as PNG. */
export function drawBluePlate(text: string, widthPx: number): Promise<Buffer> {
  const glyphs = [...text].map((each, index) => glyph(each, leftsMm[index] ?? 0, '#f7f9ff'))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 440 140" width="880" height="280">
    <rect width="440" height="140" rx="8" fill="#1d46b0"/>
    <rect x="4" y="4" width="432" height="132" rx="6" fill="none" stroke="#f0f3ff" stroke-width="2"/>
    <circle cx="134.5" cy="70" r="5" fill="#f7f9ff"/>${glyphs.join('')}</svg>`
  return sharp(Buffer.from(svg)).resize(widthPx).png().toBuffer()
}

/** A character in its cell, as an SVG path. */
function glyph(
  text: string,
  leftMm: number,
  fill: string,
  topMm: number = character.topMm,
): string {
  const { width, height, path } = plateOutline(text, 'single')
  const scale = `${character.widthMm / width} ${character.heightMm / height}`
  return `<path d="${path}" fill="${fill}" fill-rule="evenodd" transform="translate(${leftMm} ${topMm}) scale(${scale})"/>`
}

const street =
  '<rect width="1280" height="720" fill="#8b9097"/><rect y="520" width="1280" height="200" fill="#55585c"/>'

/** What looks a little like a plate and is none, as JPEG of 1280 × 720. */
export const lookAlikes = {
  'a shop sign': () =>
    drawStreet(`<rect x="300" y="80" width="640" height="150" fill="#a3161a"/>
      ${row('贵新湘云', 340, 110, 150)}`),
  'a shop sign with a telephone number': () =>
    drawStreet(`<rect x="200" y="90" width="860" height="130" fill="#1747a6"/>
      ${row('鲁8651423', 240, 110, 100)}`),
  'a time stamp': () => drawStreet(row('20261123', 40, 30, 60) + row('094512', 560, 30, 60)),
  'four rings on a grille': () =>
    drawStreet(`<rect x="380" y="250" width="520" height="200" rx="40" fill="#1b1d20"/>
      ${Array.from({ length: 9 }, (_, i) => `<rect x="390" y="${262 + 20 * i}" width="500" height="6" fill="#5d6269"/>`).join('')}
      ${[520, 590, 660, 730].map((x) => `<circle cx="${x}" cy="350" r="46" fill="none" stroke="#dfe3e8" stroke-width="12"/>`).join('')}`),
  'a foreign plate': () =>
    drawStreet(`<rect x="500" y="400" width="270" height="60" rx="5" fill="#f2f2ee"/>
      <rect x="500" y="400" width="24" height="60" fill="#16399a"/>
      <g transform="translate(530 392) scale(0.62)">${row('BHL48KY', 0, 0, 54, '#111')}</g>`),
} as const

function drawStreet(svg: string): Promise<Buffer> {
  const all = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">${street}${svg}</svg>`
  return sharp(Buffer.from(all)).flatten().jpeg({ quality: 90 }).toBuffer()
}

function row(text: string, left: number, top: number, pitch: number, fill = '#fff'): string {
  return [...text].map((each, index) => glyph(each, left + index * pitch, fill, top)).join('')
}

/** A wall of plates, all different, as JPEG of 1600 × 1000. */
export async function drawWall(count: number): Promise<Buffer> {
  const layers = Array.from({ length: count }, async (_, index) => ({
    input: await drawBluePlate(`京A${10_000 + 137 * index}`, 130),
    left: 40 + 190 * (index % 8),
    top: 40 + 120 * Math.floor(index / 8),
  }))
  return await sharp({
    create: { width: 1_600, height: 1_000, channels: 3, background: '#6d7075' },
  })
    .composite(await Promise.all(layers))
    .jpeg({ quality: 90 })
    .toBuffer()
}
