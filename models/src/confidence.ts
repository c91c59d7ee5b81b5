import { type PlateRejection, plateAcceptConfidence } from '@forecourt/contracts'
import { z } from 'zod'
import { type Features, featureNames, heightOf } from './features.ts'

/** A read at or above this may lead to a charge; one below is only a hint. */
export const acceptConfidence = plateAcceptConfidence

/** Logistic weights fitted to validation pictures; features without a weight do not count. */
export const Calibration = z.object({
  bias: z.number(),
  /** By feature; a name that is none would be a weight that is lost. */
  weights: z.partialRecord(z.enum(featureNames), z.number()),
})
export type Calibration = z.infer<typeof Calibration>

/** Weights set by hand and cautious, to read with what the real ones are fitted on. */
export const uncalibrated: Calibration = {
  bias: -4.5,
  weights: {
    certainty: 0.5,
    margin: 0.3,
    headsAgree: 1.5,
    viewsAgree: 2,
    colour: 0.2,
    isPlate: 0.3,
    detection: 0.2,
    height: 0.5,
    refined: 0.5,
    noProvince: -2,
  },
}

/** Under this a read says at most that a plate stands there, never which. */
export const namingConfidence = 0.05

/** Whether a read says which plate stands there. */
export function canBeNamed({ confidence }: { readonly confidence: number }): boolean {
  return confidence >= namingConfidence
}

/** No picture proves a plate. */
const confidenceMax = 0.9999
/** A hint is never surer: a vote over frames that all say the same must not accept it either. */
const hintMax = 0.95
/**
 * What no text makes up for: a plate lower than this (of 384 accepted reads of smaller ones, real
 * plates shrunk, 10 were wrong; of 94 others none), a ground that is likelier painted otherwise than
 * the type is, and another number of rows than is likelier (logits). Of 2,307 accepted real plates,
 * grey ones and plates in bad light among them, none falls under these.
 */
const acceptable = { heightPx: 12, colour: 0, rows: 0 } as const
/** Logit under which the runner-up is the reason. */
const ambiguousMargin = 2.5

/** Probability that the whole plate is right, 0 to 1; too low to be accepted where a doubt forbids. */
export function confidenceOf(seen: Features, { bias, weights }: Calibration): number {
  let sum = bias
  for (const [name, value] of Object.entries(seen))
    sum += (weights[name as keyof Features] ?? 0) * value
  return Math.min(mayBeAccepted(seen) ? confidenceMax : hintMax, 1 / (1 + Math.exp(-sum)))
}

function mayBeAccepted(seen: Features): boolean {
  return !isTooSmall(seen) && seen.colour >= acceptable.colour && seen.rows >= acceptable.rows
}

function isTooSmall({ height }: Features): boolean {
  return height < heightOf(acceptable.heightPx)
}

/** Null when the read is accepted, else the first reason that applies. */
export function rejectionOf(confidence: number, seen: Features): PlateRejection | null {
  if (confidence >= acceptConfidence) return null
  if (isTooSmall(seen)) return 'too_small'
  if (seen.viewsAgree < 1) return 'views_disagree'
  if (seen.margin < ambiguousMargin) return 'ambiguous'
  return seen.colour < acceptable.colour ? 'colour_disagrees' : 'low_confidence'
}
