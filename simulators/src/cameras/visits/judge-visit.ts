import { plateAcceptConfidence } from '@forecourt/contracts'
import { z } from 'zod'
import type { PlateKind } from '../pass/plate-kinds.ts'
import type { Light } from '../pass/weather.ts'

/** What the plate reader answers for one visit's frames. */
export const VisitAnswer = z.object({
  frames: z.number().int(),
  framesWithPlate: z.number().int(),
  framesAccepted: z.number().int(),
  msPerFrame: z.number(),
  plates: z.array(z.object({ plate: z.string(), confidence: z.number() })),
  perFrame: z.array(z.object({ plate: z.string(), rejected: z.string().nullable() }).nullable()),
})
export type VisitAnswer = z.infer<typeof VisitAnswer>
/** The answer for a folder that cannot be read. */
export const Refusal = z.object({ error: z.string() })

/** A visit whose truth is known, and what came of it. */
export type JudgedVisit = {
  readonly visit: number
  readonly plate: string
  readonly kind: PlateKind
  readonly light: Light
  /** `right`: its plate and no other was accepted; `wrong`: another was; `none`: nothing was. */
  readonly outcome: 'right' | 'wrong' | 'none'
  readonly best: { readonly plate: string; readonly confidence: number } | null
  readonly frames: number
  readonly framesWithPlate: number
  readonly framesAccepted: number
  /** Frames whose own main read was accepted, and is another plate. */
  readonly framesWrongAccepted: number
  readonly msPerFrame: number
}

/** Holds the vote of a visit against the plate that was drawn. */
export function judgeVisit(
  truth: Pick<JudgedVisit, 'visit' | 'plate' | 'kind' | 'light'>,
  answer: VisitAnswer,
): JudgedVisit {
  const accepted = answer.plates.filter(({ confidence }) => confidence >= plateAcceptConfidence)
  const strangers = accepted.filter(({ plate }) => plate !== truth.plate)
  const framesWrongAccepted = answer.perFrame.filter(
    (read) => read !== null && read.rejected === null && read.plate !== truth.plate,
  ).length
  const { frames, framesWithPlate, framesAccepted, msPerFrame } = answer
  return {
    ...truth,
    outcome: strangers.length > 0 ? 'wrong' : accepted.length === 1 ? 'right' : 'none',
    best: answer.plates[0] ?? null,
    frames,
    framesWithPlate,
    framesAccepted,
    framesWrongAccepted,
    msPerFrame,
  }
}

type Counts = {
  readonly visits: number
  readonly right: number
  readonly wrong: number
  readonly none: number
}

/** A run of visits summed up; those that were not right are listed. */
export type VisitsResult = Counts & {
  readonly frames: number
  readonly framesWithPlate: number
  readonly framesAccepted: number
  readonly framesWrongAccepted: number
  /** Mean time the reader took a frame, decoding included. */
  readonly msPerFrame: number
  readonly perKind: Readonly<Record<string, Counts>>
  readonly perLight: Readonly<Record<string, Counts>>
  readonly failed: readonly JudgedVisit[]
}

export function sumUp(visits: readonly JudgedVisit[]): VisitsResult {
  const sum = (of: (visit: JudgedVisit) => number) =>
    visits.reduce((total, visit) => total + of(visit), 0)
  const frames = sum((visit) => visit.frames)
  const tookMs = sum((visit) => visit.msPerFrame * visit.frames)
  return {
    ...countsOf(visits),
    frames,
    framesWithPlate: sum((visit) => visit.framesWithPlate),
    framesAccepted: sum((visit) => visit.framesAccepted),
    framesWrongAccepted: sum((visit) => visit.framesWrongAccepted),
    msPerFrame: Math.round((tookMs / Math.max(1, frames)) * 100) / 100,
    perKind: groupsOf(visits, ({ kind }) => kind),
    perLight: groupsOf(visits, ({ light }) => light),
    failed: visits.filter(({ outcome }) => outcome !== 'right'),
  }
}

function countsOf(visits: readonly JudgedVisit[]): Counts {
  const count = (outcome: JudgedVisit['outcome']) =>
    visits.filter((visit) => visit.outcome === outcome).length
  return {
    visits: visits.length,
    right: count('right'),
    wrong: count('wrong'),
    none: count('none'),
  }
}

function groupsOf(
  visits: readonly JudgedVisit[],
  keyOf: (visit: JudgedVisit) => string,
): Readonly<Record<string, Counts>> {
  const groups = [...Map.groupBy(visits, keyOf)].map(
    ([key, each]) => [key, countsOf(each)] as const,
  )
  return Object.fromEntries(groups.sort((a, b) => b[1].visits - a[1].visits))
}
