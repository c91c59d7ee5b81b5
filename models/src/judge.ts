import { Plate, type PlateColour, type PlateRead } from '@forecourt/contracts'
import { type Calibration, canBeNamed, confidenceOf, rejectionOf } from './confidence.ts'
import { colourFitOf, type Decoded, decodeViews } from './decode.ts'
import { type Features, features } from './features.ts'
import { type Quad, sizeOf } from './quad.ts'
import { groundColours, type Sight, type View } from './recognise.ts'
import { rawMax } from './tally.ts'

/**
 * What is read too doubtfully to name it is noise, and none of 2,134 pictures without a Chinese plate
 * passes this: found again closely, by a detector this sure, and called a plate as surely as can be
 * (logits, see `Features`). It is told, because the car with that plate may stand in front.
 */
const unnamed = { detection: 0, isPlate: 5.9 } as const
/** A ground is called by its likeliest colour from this probability on. */
const colourMin = 0.5

/** A place after its views were read. */
export type Seen = {
  readonly views: readonly View[]
  readonly sights: readonly Sight[]
  /** Probability of two rows, before reading. */
  readonly twoRows: number
  /** The detector's score; null when nobody searched. */
  readonly detection: number | null
  readonly refined: boolean
  /** Whether the best corners' views were so sure that no others were looked at. */
  readonly oneView: boolean
  /** Where the plate stands, in pixels of the picture that was read. */
  readonly quad: Quad
}

/** A read with the numbers behind its confidence, which the calibration is fitted to. */
export type JudgedRead = PlateRead & { readonly features: Features }

type Hypothesis = {
  readonly rows: 1 | 2
  readonly rowsFit: number
  readonly sights: readonly Sight[]
  readonly decoded: Decoded
}

/** The best plate of a place and how sure it is; null when it shows none. */
export function judge(seen: Seen, calibration: Calibration): JudgedRead | null {
  const [best] = hypothesesOf(seen)
  const [first, second] = best?.decoded.ranked ?? []
  if (best === undefined || first === undefined) return null
  const heightPx = sizeOf(seen.quad).heightPx / best.rows
  const numbers = features({
    decoded: best.decoded,
    colourFit: colourFitOf(best.sights, first.plate),
    noPlate: meanColours(best.sights).at(-1) ?? 0,
    detection: seen.detection,
    rowsFit: best.rowsFit,
    heightPx,
    refined: seen.refined,
    oneView: seen.oneView,
  })
  const confidence = confidenceOf(numbers, calibration)
  if (!canBeNamed({ confidence }) && !isPlainlyPlate(numbers)) return null
  return {
    plate: Plate.parse(first.plate.text),
    raw: (best.decoded.views[0]?.raw ?? '').slice(0, rawMax),
    confidence,
    rejected: rejectionOf(confidence, numbers),
    runnerUp: second === undefined ? null : toRunnerUp(second, first.probability, confidence),
    colour: colourOf(best.sights),
    corners: seen.quad,
    features: numbers,
  }
}

function isPlainlyPlate({ refined, detection, isPlate }: Features): boolean {
  return refined === 1 && detection >= unnamed.detection && isPlate >= unnamed.isPlate
}

/** One row or two: each as far as it was read, the likelier first. */
function hypothesesOf({ views, sights, twoRows }: Seen): readonly Hypothesis[] {
  const all = ([1, 2] as const).flatMap((rows): readonly Hypothesis[] => {
    const own = sights.filter((_, index) => views[index]?.rows === rows)
    const decoded = own.length === 0 ? null : decodeViews(own, rows)
    const rowsFit = rows === 1 ? 1 - twoRows : twoRows
    return decoded === null ? [] : [{ rows, rowsFit, sights: own, decoded }]
  })
  return all.sort((a, b) => weightOf(b) - weightOf(a))
}

/** How many rows the detector saw counts little against what can be read; never nothing. */
const rowsFitMin = 0.05

function weightOf({ rowsFit, decoded }: Hypothesis): number {
  const surest = Math.max(...decoded.views.map((view) => view.certainty))
  return Math.max(rowsFit, rowsFitMin) * surest
}

/** The second best takes its part of what is not sure about the best. */
function toRunnerUp(
  { plate, probability }: Decoded['ranked'][number],
  bestProbability: number,
  confidence: number,
): NonNullable<PlateRead['runnerUp']> {
  const part = probability / Math.max(1 - bestProbability, Number.EPSILON)
  const rest = (1 - confidence) * Math.min(1, part)
  return { plate: Plate.parse(plate.text), confidence: Math.min(confidence, rest) }
}

/** Mean probability of every colour of ground, over the views. */
function meanColours(sights: readonly Sight[]): readonly number[] {
  return groundColours.map((_, index) => {
    const sum = sights.reduce((total, { colour }) => total + Math.exp(colour[index] ?? 0), 0)
    return sum / Math.max(1, sights.length)
  })
}

function colourOf(sights: readonly Sight[]): PlateColour | null {
  const means = meanColours(sights)
  const best = means.indexOf(Math.max(...means))
  const name = groundColours[best] ?? 'none'
  return name === 'none' || (means[best] ?? 0) < colourMin ? null : name
}

/** Whether a read may be relied on without looking further. */
export function isReliable({ confidence }: PlateRead): boolean {
  return confidence >= reliableMin
}

const reliableMin = 0.5
