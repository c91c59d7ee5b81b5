import { type Corner, Plate, type PlateRead, plateAcceptConfidence } from '@forecourt/contracts'
import type { Picture } from '../../src/picture.ts'
import { centreOf, distance, mapCorners, overlapOf, type Quad, sizeOf } from '../../src/quad.ts'
import { agreesWith, colourOf } from './colour.ts'
import { confidenceOf, type Pooled, poolViews } from './confidence.ts'
import type { Candidate, Detector } from './detect.ts'
import type { Recogniser } from './recognise.ts'
import { rectify } from './rectify.ts'
import { readView, type View, type ViewRead } from './views.ts'

type Networks = { readonly detector: Detector; readonly recogniser: Recogniser }

/** The detector sees the picture at this side: 640 is 60 ms faster and loses one plate in ten. */
const detectionSidePx = 960
/**
 * Where nothing reliable was found, a picture larger than `finerGainMin` times that is searched
 * at this side too: a plate of 3 % of a 4K frame is 29 pixels wide at 960, and 58 here. It costs
 * about 400 ms, and only on frames that were lost otherwise.
 */
const finerSidePx = 1_920
const finerGainMin = 1.3
const reliableMin = 0.5
/** Lines that are read in one picture, the most plate-like first; the rest are dropped. */
const candidatesMax = 8
/** A plate is 3.1 or 3.4 times as wide as high, less when seen from the side, more when tight. */
const aspect = { min: 1.5, max: 6.5 } as const
const widthMinPx = 32
/** Below this in the first view a line of text is no plate, and nothing more is spent on it. */
const plausibleMin = 1e-4
/** Reads under this confidence are noise, not hints. */
const confidenceMin = 0.02

/**
 * Every candidate is read in the first two views, and in the rest when those are not sure. Views
 * differ in margin and padding because the network errs differently in each: a province it is
 * sure of in one and not in the next is the commonest wrong read, and disagreement shows it.
 */
const firstViews: readonly View[] = [
  { margin: { x: 0, y: 0 }, paddedWidthPx: 320 },
  { margin: { x: 0.12, y: 0.08 }, paddedWidthPx: 240 },
]
const furtherViews: readonly View[] = [
  { margin: { x: -0.1, y: -0.08 }, paddedWidthPx: 240 },
  { margin: { x: 0.2, y: -0.05 }, paddedWidthPx: 240 },
]
/** Two views this sure of the same plate need no third. */
const sureMin = 0.97

/**
 * Finds and reads all plates of a picture: detect, cut out, read in several views, judge. When
 * that finds no plate to rely on, a large picture is searched once more at a finer scale.
 */
export async function readPlates(
  networks: Networks,
  picture: Picture,
  signal: AbortSignal,
): Promise<readonly PlateRead[]> {
  const reads = await readAtScale(networks, picture, { sidePx: detectionSidePx, signal })
  const longSidePx = Math.max(picture.widthPx, picture.heightPx)
  const mayHoldMore = longSidePx > detectionSidePx * finerGainMin
  const found = reads.some((read) => read.confidence >= reliableMin)
  if (found || !mayHoldMore) return sortByProminence(withoutDoubles(reads), picture)
  const sidePx = Math.min(longSidePx, finerSidePx)
  const finer = await readAtScale(networks, picture, { sidePx, signal })
  return sortByProminence(withoutDoubles([...reads, ...finer]), picture)
}

async function readAtScale(
  { detector, recogniser }: Networks,
  picture: Picture,
  { sidePx, signal }: { readonly sidePx: number; readonly signal: AbortSignal },
): Promise<readonly PlateRead[]> {
  signal.throwIfAborted()
  const lines = await detector.detect(picture, { sidePx })
  const reads: PlateRead[] = []
  for (const candidate of plateLike(lines)) {
    signal.throwIfAborted()
    const read = await readCandidate(recogniser, picture, candidate)
    if (read !== null) reads.push(read)
  }
  return reads
}

function plateLike(lines: readonly Candidate[]): readonly Candidate[] {
  const fits = lines.filter(({ quad }) => {
    const { widthPx, heightPx } = sizeOf(quad)
    const ratio = widthPx / Math.max(heightPx, 1)
    return widthPx >= widthMinPx && ratio >= aspect.min && ratio <= aspect.max
  })
  return fits
    .toSorted((a, b) => sizeOf(b.quad).widthPx - sizeOf(a.quad).widthPx)
    .slice(0, candidatesMax)
}

/** Reads one candidate; null when it holds no plate. */
export async function readCandidate(
  recogniser: Recogniser,
  picture: Picture,
  candidate: Candidate,
): Promise<PlateRead | null> {
  const views = await readViews(recogniser, picture, candidate.quad)
  const [best, runnerUp = null] = poolViews(views)
  if (best === undefined) return null
  const colour = colourOf(rectify(picture, candidate.quad, { widthPx: 96, heightPx: 32 }))
  const confidence = confidenceOf({
    best,
    runnerUp,
    detection: candidate.score,
    colourAgrees: agreesWith(colour, best.type),
    heightPx: sizeOf(candidate.quad).heightPx,
  })
  if (confidence < confidenceMin) return null
  return {
    plate: Plate.parse(best.text),
    raw: views[0]?.raw ?? '',
    confidence,
    rejected: confidence >= plateAcceptConfidence ? null : 'low_confidence',
    runnerUp: toRunnerUp(runnerUp, best, confidence),
    colour,
    corners: mapCorners(candidate.quad, ([x, y]) => [x * picture.scale, y * picture.scale]),
  }
}

async function readViews(
  recogniser: Recogniser,
  picture: Picture,
  quad: Quad,
): Promise<readonly ViewRead[]> {
  const reads: ViewRead[] = []
  for (const view of firstViews) {
    const read = await readView(recogniser, picture, quad, view)
    reads.push(read)
    if ((poolViews(reads)[0]?.probability ?? 0) < plausibleMin) return reads
  }
  if ((poolViews(reads)[0]?.probability ?? 0) >= sureMin) return reads
  for (const view of furtherViews) reads.push(await readView(recogniser, picture, quad, view))
  return reads
}

function toRunnerUp(
  runnerUp: Pooled | null,
  best: Pooled,
  confidence: number,
): PlateRead['runnerUp'] {
  if (runnerUp === null) return null
  const part = runnerUp.probability / Math.max(best.probability, Number.EPSILON)
  return { plate: Plate.parse(runnerUp.text), confidence: confidence * Math.min(part, 1) }
}

/** One read for a place and one for a text: the surest. */
function withoutDoubles(reads: readonly PlateRead[]): readonly PlateRead[] {
  const kept: PlateRead[] = []
  for (const read of reads.toSorted((a, b) => b.confidence - a.confidence)) {
    const same = (other: PlateRead) =>
      other.plate === read.plate || overlapOf(other.corners, read.corners) > 0.3
    if (!kept.some(same)) kept.push(read)
  }
  return kept
}

/** Widths closer than this are near-equals: the one nearer to the middle of the picture is first. */
const nearEqualWidth = 0.8

function sortByProminence(reads: readonly PlateRead[], picture: Picture): readonly PlateRead[] {
  const middle: Corner = [
    (picture.widthPx * picture.scale) / 2,
    (picture.heightPx * picture.scale) / 2,
  ]
  const away = (read: PlateRead) => distance(centreOf(read.corners), middle)
  const widest = reads.toSorted((a, b) => sizeOf(b.corners).widthPx - sizeOf(a.corners).widthPx)
  const widthMin = (widest[0] ? sizeOf(widest[0].corners).widthPx : 0) * nearEqualWidth
  const near = widest.filter((read) => sizeOf(read.corners).widthPx >= widthMin)
  const rest = widest.filter((read) => sizeOf(read.corners).widthPx < widthMin)
  return [...near.toSorted((a, b) => away(a) - away(b)), ...rest]
}
