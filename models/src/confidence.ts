import { type PlateRejection, plateAcceptConfidence } from '@forecourt/contracts'
import { z } from 'zod'
import type { Features } from './features.ts'

/** A read at or above this may lead to a charge; one below is only a hint. */
export const acceptConfidence = plateAcceptConfidence

/** Logistic weights fitted to validation pictures; features without a weight do not count. */
export const Calibration = z.object({
  bias: z.number(),
  weights: z.record(z.string(), z.number()),
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

/** No picture proves a plate. */
const confidenceMax = 0.9999

/** Probability that the whole plate is right, 0 to 1. */
export function confidenceOf(seen: Features, { bias, weights }: Calibration): number {
  let sum = bias
  for (const [name, value] of Object.entries(seen)) sum += (weights[name] ?? 0) * value
  return Math.min(confidenceMax, 1 / (1 + Math.exp(-sum)))
}

/** Plates lower than this are refused for their size before anything else is looked at. */
const readableHeightPx = 12
/** Logits under which the named doubt is the reason. */
const doubt = { margin: 2.5, colour: -1 } as const

/** Null when the read is accepted, else the first reason that applies. */
export function rejectionOf(
  confidence: number,
  seen: Features,
  heightPx: number,
): PlateRejection | null {
  if (confidence >= acceptConfidence) return null
  if (heightPx < readableHeightPx) return 'too_small'
  if (seen.viewsAgree < 1) return 'views_disagree'
  if (seen.margin < doubt.margin) return 'ambiguous'
  return seen.colour < doubt.colour ? 'colour_disagrees' : 'low_confidence'
}
