import { type Rate, rateOf } from './bounds.ts'
import { type Confusion, confusionsOf } from './confusion.ts'
import { type Reliability, reliabilityOf } from './reliability.ts'
import { isAccepted, type Outcome, type PictureScore, type PlateScore, scoreOf } from './score.ts'

/** Plates of one kind: how many are labelled, and what became of them. */
export type Group = {
  readonly plates: number
  /** Exactly read, whatever the confidence. */
  readonly read: Rate
  /** The same of those that people can read. */
  readonly readOfLegible: Rate
  /** Exactly read and accepted. */
  readonly accepted: Rate
  /** Accepted as another plate. */
  readonly wrongAccepted: number
}

/** How well the reader does on labelled pictures. Counts first, then what they prove. */
export type Measured = {
  readonly images: number
  /** Pictures that could not be read; they are missed, but no time and no negative. */
  readonly unreadable: number
  /** Pictures read as labelled: every plate, whatever the confidence; none accepted where none is. */
  readonly exact: number
  /** Reads without a reason to reject them. */
  readonly accepted: number
  /** Accepted reads that are no label of their picture. */
  readonly wrongAccepted: number
  /** Pictures without an accepted read. */
  readonly rejected: number
  readonly msPerImage: { readonly p50: number; readonly p95: number }
  /** Why pictures have no accepted read: of the first read, or what stood in its way. */
  readonly reasons: Readonly<Record<string, number>>
  readonly rates: {
    readonly exact: Rate
    /** Of accepted reads. */
    readonly wrongAccepted: Rate
    /** Plates that their labels do not call illegible. */
    readonly legible: Rate
    /** Legible plates exactly read, whatever the confidence. */
    readonly readOfLegible: Rate
    /** Legible plates exactly read and accepted. */
    readonly acceptedOfLegible: Rate
    /** Pictures whose first label is among the reads, of those with a label. */
    readonly mainAmongReads: Rate
    /** Pictures whose first read is the first label, of those with a label. */
    readonly mainChosen: Rate
    /** Readable pictures without a plate in which one was accepted. */
    readonly negativesAccepted: Rate
  }
  readonly perProvince: Readonly<Record<string, Group>>
  readonly perType: Readonly<Record<string, Group>>
  readonly confusions: readonly Confusion[]
  readonly reliability: Reliability
}

/** Counts outcomes. */
export function summarise(outcomes: readonly Outcome[]): Measured {
  const scores = outcomes.map(scoreOf)
  const plates = scores.flatMap((score) => score.plates)
  const accepted = outcomes.flatMap(({ reads }) => reads.filter(isAccepted)).length
  const rejected = outcomes.filter(({ reads }) => !reads.some(isAccepted))
  const rates = ratesOf(scores, plates, accepted)
  return {
    images: outcomes.length,
    unreadable: count(outcomes, ({ fault }) => fault !== null),
    exact: rates.exact.count,
    accepted,
    wrongAccepted: rates.wrongAccepted.count,
    rejected: rejected.length,
    msPerImage: durationsOf(outcomes),
    reasons: countBy(rejected, reasonOf),
    rates,
    perProvince: groupBy(plates, ({ label }) => label.province),
    perType: groupBy(plates, ({ label }) => label.type),
    confusions: confusionsOf(plates),
    reliability: reliabilityOf(outcomes),
  }
}

function ratesOf(
  scores: readonly PictureScore[],
  plates: readonly PlateScore[],
  accepted: number,
): Measured['rates'] {
  const legible = plates.filter(({ label }) => label.legible)
  const withPlate = scores.filter((score) => score.plates.length > 0)
  const without = scores.filter(
    ({ plates: labelled, outcome }) => labelled.length === 0 && outcome.fault === null,
  )
  const strangers = scores.flatMap((score) => score.strangers)
  return {
    exact: rateOf(
      count(scores, (score) => score.isExact),
      scores.length,
    ),
    wrongAccepted: rateOf(strangers.length, accepted),
    legible: rateOf(legible.length, plates.length),
    readOfLegible: rateOf(count(legible, isRead), legible.length),
    acceptedOfLegible: rateOf(count(legible, isRightlyAccepted), legible.length),
    mainAmongReads: rateOf(
      count(withPlate, (score) => score.isMainAmong === true),
      withPlate.length,
    ),
    mainChosen: rateOf(
      count(withPlate, (score) => score.isMainChosen === true),
      withPlate.length,
    ),
    negativesAccepted: rateOf(
      count(without, (score) => score.strangers.length > 0),
      without.length,
    ),
  }
}

function isRead({ exact }: PlateScore): boolean {
  return exact !== null
}

function isRightlyAccepted({ exact }: PlateScore): boolean {
  return exact !== null && isAccepted(exact)
}

function count<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.filter(is).length
}

/** Why a picture has no accepted read. */
export function reasonOf({ label, reads, fault }: Outcome): string {
  if (fault !== null) return 'unreadable_picture'
  if (label.plates.length === 0) return 'no_plate_there'
  return reads[0]?.rejected ?? 'nothing_found'
}

function countBy<T>(all: readonly T[], keyOf: (each: T) => string): Record<string, number> {
  const counts = Map.groupBy(all, keyOf)
  return Object.fromEntries(
    [...counts].map(([key, each]) => [key, each.length] as const).sort(byCount),
  )
}

function byCount(a: readonly [string, number], b: readonly [string, number]): number {
  return b[1] - a[1]
}

/** The largest group first. */
function groupBy(
  plates: readonly PlateScore[],
  keyOf: (plate: PlateScore) => string,
): Readonly<Record<string, Group>> {
  const groups = [...Map.groupBy(plates, keyOf)].map(([key, each]) => [key, groupOf(each)] as const)
  return Object.fromEntries(groups.sort((a, b) => b[1].plates - a[1].plates))
}

function groupOf(plates: readonly PlateScore[]): Group {
  const legible = plates.filter(({ label }) => label.legible)
  return {
    plates: plates.length,
    read: rateOf(count(plates, isRead), plates.length),
    readOfLegible: rateOf(count(legible, isRead), legible.length),
    accepted: rateOf(count(plates, isRightlyAccepted), plates.length),
    wrongAccepted: count(plates, ({ mistaken }) => mistaken !== null && isAccepted(mistaken)),
  }
}

/** Nearest ranks, to a tenth of a millisecond. */
function durationsOf(outcomes: readonly Outcome[]): Measured['msPerImage'] {
  const readable = outcomes.filter(({ fault }) => fault === null)
  const sortedMs = readable.map((outcome) => outcome.durationMs).sort((a, b) => a - b)
  const quantileMs = (q: number) =>
    Math.round((sortedMs[Math.ceil(q * sortedMs.length) - 1] ?? 0) * 10) / 10
  return { p50: quantileMs(0.5), p95: quantileMs(0.95) }
}
