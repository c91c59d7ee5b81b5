import { join } from 'node:path'
import sharp from 'sharp'

const fixtures = join(import.meta.dirname, 'fixtures')

/** A plate of the fixtures, standing somewhere in a drawn picture. */
type Placed = {
  readonly file: 'plate-blue.png' | 'plate-green.png'
  readonly widthPx: number
  readonly left: number
  readonly top: number
}

export const bluePlate = '浙B3K708'
export const greenPlate = '沪AD12845'
const sceneSize = { widthPx: 720, heightPx: 1160 } as const

/** A drawn car's rear, 720 × 1160, with plates on it. Nothing else in it is text. */
export async function drawScene(plates: readonly Placed[]): Promise<Buffer> {
  const { widthPx, heightPx } = sceneSize
  const layers = plates.map(async ({ file, widthPx: plateWidthPx, left, top }) => ({
    input: await sharp(join(fixtures, file)).resize(plateWidthPx).toBuffer(),
    left,
    top,
  }))
  return await sharp(Buffer.from(backdrop(widthPx, heightPx)))
    .composite(await Promise.all(layers))
    .removeAlpha()
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** The one plate most tests look for. */
export function drawBlueScene(): Promise<Buffer> {
  return drawScene([{ file: 'plate-blue.png', widthPx: 200, left: 260, top: 640 }])
}

/** A plate alone, as a crop. */
export function drawCrop(file: Placed['file']): Promise<Buffer> {
  return sharp(join(fixtures, file)).resize(200).flatten().jpeg({ quality: 90 }).toBuffer()
}

function backdrop(widthPx: number, heightPx: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <rect width="100%" height="100%" fill="#8d9199"/>
    <rect y="880" width="100%" height="280" fill="#4a4a4c"/>
    <rect x="90" y="260" width="540" height="600" rx="60" fill="#b7342c"/>
    <rect x="150" y="300" width="420" height="190" rx="40" fill="#20262c"/>
    <rect x="110" y="560" width="70" height="60" rx="12" fill="#f2c14e"/>
    <rect x="540" y="560" width="70" height="60" rx="12" fill="#f2c14e"/>
    <rect x="90" y="780" width="540" height="70" rx="20" fill="#3a3d42"/>
    <circle cx="190" cy="880" r="60" fill="#16181a"/>
    <circle cx="530" cy="880" r="60" fill="#16181a"/>
  </svg>`
}
