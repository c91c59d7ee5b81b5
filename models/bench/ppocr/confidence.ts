import type { PlateType } from '@forecourt/contracts'
import type { ViewRead } from './views.ts'

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
  farm: 0.9,
}

export type Evidence = {
  readonly best: Pooled
  readonly runnerUp: Pooled | null
  /** How sure the detector was that there is a line of text. */
  readonly detection: number
  /** Whether the ground's colour fits the type; null when the colour is not clear. */
  readonly colourAgrees: boolean | null
  /** Height of the plate in the picture. */
  readonly heightPx: number
}

/**
 * Below this height strokes of a province's character run into each other, and the network
 * is sure of wrong ones: doubt grows as the height shrinks.
 */
const clearHeightPx = 28

/**
 * Probability that the whole plate is right. The views' own probability, lowered by everything
 * that speaks against it; no evidence ever raises it.
 */
export function confidenceOf(evidence: Evidence): number {
  const { best, runnerUp, detection, colourAgrees, heightPx } = evidence
  const margin = best.probability / (best.probability + (runnerUp?.probability ?? 0) || 1)
  const found = Math.min(1, 0.8 + 0.25 * detection)
  const clear = Math.min(1, heightPx / clearHeightPx)
  const whole = Math.min(best.probability, margin) * found * clear
  return Math.min(whole * colourFactor(colourAgrees) * rarity[best.type], confidenceMax)
}

/** No picture proves a plate: provinces have been read wrong at 0.99. */
const confidenceMax = 0.999

function colourFactor(agrees: boolean | null): number {
  if (agrees === null) return 0.95
  return agrees ? 1 : 0.3
}
