import type { PlateRead } from '@forecourt/contracts'
import { isAccepted, type Outcome, type PictureScore, type PlateScore, scoreOf } from './score.ts'

/** One thing that went wrong in a picture, for people to look at. */
export type Miss = {
  readonly folder: string
  readonly file: string
  /** Of the file in `labels.csv`. */
  readonly line: number
  /** `accepted`: a wrong plate could have been charged; `unread`: the right one was not read. */
  readonly kind: 'accepted' | 'unread'
  /** What stands there; empty for a read that is paired with no label. */
  readonly truth: string
  /** Whether any plate is labelled in the picture. */
  readonly hasLabels: boolean
  /** What was read there; null when nothing was found. */
  readonly read: PlateRead | null
  /** Places of the read (from 0) that differ from the truth. */
  readonly wrongPlaces: ReadonlySet<number>
  /** A code, or what was wrong with the picture. */
  readonly why: string
}

/** All misses: wrong accepted reads first, then the surest wrong reads, then what was not found. */
export function missesOf(outcomes: readonly Outcome[]): readonly Miss[] {
  const misses = outcomes.map(scoreOf).flatMap((score) => [...unread(score), ...strangers(score)])
  const weight = ({ kind, read }: Miss) => (kind === 'accepted' ? 2 : 0) + (read?.confidence ?? 0)
  return misses.sort((a, b) => weight(b) - weight(a))
}

function unread({ outcome, plates }: PictureScore): readonly Miss[] {
  return plates
    .filter(({ exact }) => exact === null)
    .map(({ label, mistaken }: PlateScore) => toMiss(outcome, label.text, mistaken))
}

/** Accepted reads that were not already shown as some label's misreading. */
function strangers({ outcome, plates, strangers: accepted }: PictureScore): readonly Miss[] {
  const shown = plates.map(({ mistaken }) => mistaken)
  return accepted.filter((read) => !shown.includes(read)).map((read) => toMiss(outcome, '', read))
}

function toMiss({ folder, label, fault }: Outcome, truth: string, read: PlateRead | null): Miss {
  const isGrave = read !== null && isAccepted(read)
  return {
    folder,
    file: label.file,
    line: label.line,
    hasLabels: label.plates.length > 0,
    kind: isGrave ? 'accepted' : 'unread',
    truth,
    read,
    wrongPlaces: wrongPlacesOf(truth, read?.plate ?? ''),
    why: isGrave ? 'accepted' : (fault ?? read?.rejected ?? 'nothing_found'),
  }
}

/** More misses than this are only counted in JSON. */
const listedMax = 1_000

/** The misses for JSON, the worst first. */
export function toMissList(misses: readonly Miss[]) {
  return {
    misses: misses.slice(0, listedMax).map(({ folder, file, kind, truth, read, why }) => ({
      folder,
      file,
      kind,
      truth,
      read: read?.plate ?? null,
      confidence: read?.confidence ?? null,
      why,
    })),
    missesLeftOut: Math.max(0, misses.length - listedMax),
  }
}

/** Where a read of the same length differs; nothing is marked when lengths differ. */
function wrongPlacesOf(truth: string, read: string): ReadonlySet<number> {
  const [known, seen] = [[...truth], [...read]]
  if (known.length !== seen.length) return new Set()
  return new Set(seen.flatMap((character, index) => (character === known[index] ? [] : [index])))
}
