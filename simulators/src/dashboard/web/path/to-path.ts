import type { SessionStep, StationSnapshot } from '@forecourt/contracts'

export type StepCode = SessionStep['code']

/** One line of a refuel's path: something that happened, that did not, or that is to come. */
export type PathStep = {
  readonly code: StepCode
  readonly kind: 'done' | 'missed' | 'ahead'
  /** Null unless it happened. */
  readonly at: string | null
  /** Since the path's first step; null unless it happened. */
  readonly sinceLiftMs: number | null
  readonly detail: string
  /** How often the gateway said so; reads of one plate come by the frame. */
  readonly times: number
}

type Path = { readonly refuelId: string; readonly steps: readonly PathStep[] }

/** What every refuel goes through, in this order; the other codes are shown when they occur. */
export const usualCodes = [
  'lifted',
  'plate_read',
  'vehicle_seen',
  'fuelling',
  'hung_up',
  'sale_stored',
  'sale_sent',
  'settled',
] as const satisfies readonly StepCode[]

/** The path of the refuel now at a fuelling point, else of the last one there; null when none was. */
export function toPath(station: StationSnapshot, fuellingPoint: number): Path | null {
  const here = station.steps.filter((step) => step.fuellingPoint === fuellingPoint)
  const point = station.fuellingPoints.find((one) => one.fuellingPoint === fuellingPoint)
  const refuelId =
    point?.refuelId ??
    here.findLast((step) => step.refuelId !== null)?.refuelId ??
    point?.lastRefuel?.refuelId
  if (refuelId === null || refuelId === undefined) return null
  const done = happened(here.filter((step) => step.refuelId === refuelId))
  if (done.length === 0) return null
  return { refuelId, steps: withTheRest(done) }
}

/** Each code once: when it first happened, and what was last said about it. */
function happened(steps: readonly SessionStep[]): readonly PathStep[] {
  const first = steps[0]
  const byCode = new Map<StepCode, PathStep>()
  for (const step of steps) {
    const before = byCode.get(step.code)
    byCode.set(step.code, {
      code: step.code,
      kind: 'done',
      at: before?.at ?? step.at,
      sinceLiftMs: before?.sinceLiftMs ?? Date.parse(step.at) - Date.parse(first?.at ?? step.at),
      detail: step.detail || (before?.detail ?? ''),
      times: (before?.times ?? 0) + 1,
    })
  }
  return [...byCode.values()]
}

/**
 * Puts what has not happened where it belongs: what an early step still owes stands before the
 * steps that overtook it, what is to come at the end. A plate may be read while fuel flows, so
 * only the hang-up turns "not yet" into "did not".
 */
function withTheRest(done: readonly PathStep[]): readonly PathStep[] {
  const reached = Math.max(...done.map((step) => rankOf(step.code)))
  const missing = usualCodes.filter((code) => !done.some((step) => step.code === code))
  const kind = reached >= rankOf('hung_up') ? 'missed' : 'ahead'
  const path = [...done]
  for (const code of missing.filter((one) => rankOf(one) < reached)) {
    const before = path.findIndex((step) => rankOf(step.code) > rankOf(code))
    path.splice(before, 0, blank(code, kind))
  }
  const isOver = done.some((step) => step.code === 'cancelled' || step.code === 'denied')
  const ahead = isOver ? [] : missing.filter((code) => rankOf(code) > reached)
  return [...path, ...ahead.map((code) => blank(code, 'ahead'))]
}

function rankOf(code: StepCode): number {
  return (usualCodes as readonly StepCode[]).indexOf(code)
}

function blank(code: StepCode, kind: 'missed' | 'ahead'): PathStep {
  return { code, kind, at: null, sinceLiftMs: null, detail: '', times: 0 }
}
