import sharp from 'sharp'
import type { Picture } from '../../src/picture.ts'
import { distance, mapCorners, type Quad, sizeOf } from '../../src/quad.ts'
import { type Component, findComponents, type Heat } from './components.ts'
import { minAreaRectangle } from './min-area-rectangle.ts'
import { assetPath, loadNetwork, type Network } from './network.ts'
import { leanTo } from './shear.ts'

/** A place that may hold a plate. `score` is how sure the detector is of text there, 0 to 1. */
export type Candidate = { readonly quad: Quad; readonly score: number }

export type Detector = {
  /** Lines of text, in pixels of the given picture, unordered. */
  detect(picture: Picture, options: { readonly sidePx: number }): Promise<readonly Candidate[]>
  close(): Promise<void>
}

/** The network's grid: both sides of its input are multiples of this. */
const gridPx = 32
/** A smaller picture is enlarged at most so far: at half of 720 × 1160 it finds 23 plates, not 21. */
const enlargeMax = 2
/** Cells of the probability map over this belong to a line (PaddleOCR's default is 0.3). */
const cellMin = 0.3
/** A line's mean must reach this; PaddleOCR's 0.6 loses blurred plates. */
const scoreMin = 0.4
/** Specks smaller than this many cells are no line. */
const cellsMin = 24
/** DB shrinks lines in training; this share of area over perimeter brings the edge back. */
const unclipRatio = 1.6

/** PP-OCRv4's text detector (Differentiable Binarization, Liao et al., AAAI 2020). */
export async function createDetector(): Promise<Detector> {
  const network = await loadNetwork(assetPath('ch_PP-OCRv4_det_infer.onnx'))
  return {
    detect: (picture, { sidePx }) => detectLines(network, picture, sidePx),
    close: () => network.close(),
  }
}

async function detectLines(
  network: Network,
  picture: Picture,
  sidePx: number,
): Promise<readonly Candidate[]> {
  const scale = Math.min(enlargeMax, sidePx / Math.max(picture.widthPx, picture.heightPx))
  const toGrid = (px: number) => Math.max(gridPx, Math.round((px * scale) / gridPx) * gridPx)
  const size = { widthPx: toGrid(picture.widthPx), heightPx: toGrid(picture.heightPx) }
  const { data } = await network.run(await toPlanes(picture, size), size)
  const scaleX = picture.widthPx / size.widthPx
  const scaleY = picture.heightPx / size.heightPx
  return linesOf({ ...size, data }).map(({ quad, score }) => ({
    quad: mapCorners(quad, ([x, y]) => [x * scaleX, y * scaleY]),
    score,
  }))
}

const planeStatistics = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const

/** ImageNet mean and deviation on BGR planes, as PaddleOCR feeds them. */
async function toPlanes(
  picture: Picture,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<Float32Array> {
  const raw = { width: picture.widthPx, height: picture.heightPx, channels: 3 } as const
  const rgb = await sharp(picture.rgb, { raw, limitInputPixels: false })
    .resize({ width: widthPx, height: heightPx, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  const pixels = widthPx * heightPx
  const planes = new Float32Array(pixels * 3)
  for (const [c, { mean, deviation }] of planeStatistics.entries()) {
    const factor = 1 / (255 * deviation)
    const offset = mean / deviation
    for (let i = 0; i < pixels; i++)
      planes[c * pixels + i] = (rgb[i * 3 + 2 - c] ?? 0) * factor - offset
  }
  return planes
}

/** Lines of a probability map, in its cells. */
export function linesOf(heat: Heat): readonly Candidate[] {
  return findComponents(heat, cellMin).flatMap((component) => {
    const quad = quadOf(component)
    return quad === null ? [] : [{ quad, score: component.mean }]
  })
}

function quadOf(component: Component): Quad | null {
  if (component.cells < cellsMin || component.mean < scoreMin) return null
  const tight = minAreaRectangle(component.points)
  return tight === null ? null : unclip(leanTo(tight, component.points))
}

function unclip(quad: Quad): Quad {
  const { widthPx, heightPx } = sizeOf(quad)
  const outwards = (widthPx * heightPx * unclipRatio) / (2 * (widthPx + heightPx))
  const [tl, tr, br, bl] = quad
  const across = unit(tl, tr)
  const down = unit(tl, bl)
  const move = ([x, y]: readonly [number, number], i: number, j: number) =>
    [
      x + outwards * (i * across[0] + j * down[0]),
      y + outwards * (i * across[1] + j * down[1]),
    ] as const
  return [move(tl, -1, -1), move(tr, 1, -1), move(br, 1, 1), move(bl, -1, 1)]
}

function unit(from: readonly [number, number], to: readonly [number, number]) {
  const length = distance(from, to) || 1
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length] as const
}
