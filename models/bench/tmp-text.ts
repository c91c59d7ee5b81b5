import sharp from 'sharp'
import { judge } from '../src/judge.ts'
import { closeNetworks, loadNetworks } from '../src/onnx-plate-reader.ts'
import { decodePicture } from '../src/picture.ts'
import { wholeOf } from '../src/quad.ts'
import { drawCrop } from '../test/draw-scene.ts'
const networks = await loadNetworks()
const crop = sharp(await drawCrop('plate-blue.png')).resize({ width: 128, height: 32, fit: 'fill' })
const picture = await decodePicture(await crop.png().toBuffer())
const quad = wholeOf(picture)
const views = [{ quad, rows: 1 }] as const
const seen = { views, twoRows: 0, detection: null, refined: false, oneView: false, quad }
let look = 0, j = 0
for (let i = 0; i < 4000; i++) {
  const a = performance.now()
  const sights = await networks.recogniser.look(picture, views)
  const b = performance.now()
  judge({ ...seen, sights }, networks.calibration)
  const c = performance.now()
  if (i >= 1000) { look += b - a; j += c - b }
}
console.log('look', (look / 3000).toFixed(3), 'judge', (j / 3000).toFixed(3))
await closeNetworks(networks)
