import type { PlateRead } from '@forecourt/contracts'
import type { Label, LabelledPlate } from '@forecourt/contracts/labels'
import { canBeNamed } from '../confidence.ts'
import { differencesOf, isAlike } from './align.ts'

/** What the reader made of one picture. */
export type Outcome = {
  /** The folder that holds the picture; `label.file` is its name in it. */
  readonly folder: string
  readonly label: Label
  readonly reads: readonly PlateRead[]
  /** Why the picture could not be read; null when it could. */
  readonly fault: string | null
  readonly durationMs: number
}

/** One labelled plate and what became of it. */
export type PlateScore = {
  readonly label: LabelledPlate
  /** The read that is exactly it, whatever its confidence. */
  readonly exact: PlateRead | null
  /**
   * When there is none: the read most like it, if half of the characters agree; or the only read
   * that is left for the only label that is.
   */
  readonly mistaken: PlateRead | null
}

/** A picture's outcome held against its label. */
export type PictureScore = {
  readonly outcome: Outcome
  readonly plates: readonly PlateScore[]
  /** Accepted reads that are no label of the picture: each could have charged a stranger. */
  readonly strangers: readonly PlateRead[]
  /** Every labelled plate was read; without one, nothing was accepted. */
  readonly isExact: boolean
  /** The first label is among the reads; null for a picture without a plate. */
  readonly isMainAmong: boolean | null
  /** The first read is the first label; null for a picture without a plate. */
  readonly isMainChosen: boolean | null
}

/** An accepted read may lead to a charge. */
export function isAccepted(read: PlateRead): boolean {
  return read.rejected === null
}

/** Compares reads and labels of one picture; equal or different, never alike. */
export function scoreOf(outcome: Outcome): PictureScore {
  const { label, reads } = outcome
  const texts = label.plates.map((plate) => plate.text)
  const plates = scorePlates(label.plates, reads)
  const strangers = reads.filter((read) => isAccepted(read) && !texts.includes(read.plate))
  const [main] = texts
  return {
    outcome,
    plates,
    strangers,
    isExact:
      outcome.fault === null &&
      (main === undefined ? strangers.length === 0 : plates.every((plate) => plate.exact !== null)),
    isMainAmong: main === undefined ? null : reads.some((read) => read.plate === main),
    isMainChosen: main === undefined ? null : reads[0]?.plate === main,
  }
}

function scorePlates(
  labels: readonly LabelledPlate[],
  reads: readonly PlateRead[],
): readonly PlateScore[] {
  const named = reads.filter(canBeNamed)
  const others = new Set(named.filter((read) => !labels.some(({ text }) => text === read.plate)))
  const scores = labels.map((label) => {
    const exact = reads.find((read) => read.plate === label.text) ?? null
    const mistaken = exact === null ? nearestOf(label.text, [...others]) : null
    if (mistaken !== null) others.delete(mistaken)
    return { label, exact, mistaken }
  })
  return withLastPaired(scores, [...others])
}

function withLastPaired(
  scores: readonly PlateScore[],
  reads: readonly PlateRead[],
): readonly PlateScore[] {
  const unread = scores.filter(({ exact, mistaken }) => exact === null && mistaken === null)
  const [read] = reads
  if (unread.length !== 1 || reads.length !== 1 || read === undefined) return scores
  return scores.map((score) => (score === unread[0] ? { ...score, mistaken: read } : score))
}

function nearestOf(text: string, reads: readonly PlateRead[]): PlateRead | null {
  const ranked = reads
    .map((read) => ({ read, differences: differencesOf(text, read.plate) }))
    .sort((a, b) => a.differences - b.differences)
  const [nearest] = ranked
  return nearest !== undefined && isAlike(text, nearest.read.plate) ? nearest.read : null
}
