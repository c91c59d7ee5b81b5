import type { PlateType } from '@forecourt/contracts'
import type { ViewRead } from './views.ts'

/**
 * A read at or above this may lead to a charge; one below is only a hint. Chosen on the
 * validation pictures so that none accepted is wrong; see the table in the README.
 */
export const acceptConfidence = 0.9

/** One text over all views of a candidate. */
export type Pooled = {
  readonly text: string
  readonly type: PlateType
  /** Mean CTC probability over the views, 0 to 1. Views that read otherwise count as zero. */
  readonly probability: number
}

/** Texts over all views, likeliest first. Averaging makes two views that disagree both doubtful. */
export function poolViews(views: readonly ViewRead[]): readonly Pooled[] {
  const pooled = new Map<string, Pooled>()
  for (const { plates } of views) {
    for (const { text, type, probability } of plates) {
      const known = pooled.get(text)?.probability ?? 0
      pooled.set(text, { text, type, probability: known + probability / views.length })
    }
  }
  return [...pooled.values()].sort((a, b) => b.probability - a.probability)
}

/** How often a type of plate is met at a pump, relative to what else reads like it. */
const rarity: Readonly<Record<PlateType, number>> = {
  ordinary: 1,
  new_energy_small: 1,
  new_energy_large: 1,
  trainer: 1,
  trailer: 1,
  police: 1,
  hong_kong: 0.9,
  macau: 0.9,
  consulate: 0.9,
  embassy: 0.6,
  armed_police: 0.9,
  military: 0.6,
}

export type Evidence = {
  readonly best: Pooled
  readonly runnerUp: Pooled | null
  /** How sure the detector was that there is a line of text. */
  readonly detection: number
  /** Whether the ground's colour fits the type; null when the colour is not clear. */
  readonly colourAgrees: boolean | null
}

/** Probability that the whole plate is right. */
export function confidenceOf({ best, runnerUp, detection, colourAgrees }: Evidence): number {
  const margin = best.probability / (best.probability + (runnerUp?.probability ?? 0) || 1)
  const colour = colourAgrees === false ? 0.3 : colourAgrees === null ? 0.95 : 1
  const found = Math.min(1, 0.8 + 0.25 * detection)
  const whole = Math.min(best.probability, margin) * colour * found * rarity[best.type]
  return Math.min(Math.max(whole, 0), 0.999)
}
