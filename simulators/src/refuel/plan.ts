import type { BoxFuellingPoint, MemberCard } from '../box/index.ts'
import { memberCard, openingFen, randomMembers } from '../scenarios/member-cards.ts'
import type { Random } from '../scenarios/random.ts'
import type { VisitPlan } from '../world/visit.ts'

/** Everything a run will do, decided before it begins. */
export type RunPlan = {
  readonly members: readonly MemberCard[]
  /** One lane a fuelling point; the visits of a lane follow one another. */
  readonly lanes: readonly (readonly VisitPlan[])[]
}

/** Members made for one run; beyond it they come again. */
const membersMax = 400
const tankCapacityMl = 60_000
const fillMl = { low: 18_000, high: 40_000 } as const

type Run = {
  readonly random: Random
  readonly points: readonly BoxFuellingPoint[]
  /** Begins every member's id, so that runs on one database do not meet. */
  readonly prefix: string
}

/** Drawn plates: every member refuels in turn, in a connected car. `planPhotos` is the one without. */
export function planDrawn(run: Run, refuels: number): RunPlan {
  const count = Math.min(refuels, membersMax)
  const members = randomMembers(run.random, { count, prefix: run.prefix })
  const visits = Array.from({ length: refuels }, (_, index) => {
    const member = members[index % count]
    const plate = member?.plate ?? ''
    return {
      member: member ?? null,
      plate,
      view: { kind: 'plate', plate } as const,
      connected: 'yes' as const,
    }
  })
  return { members, lanes: intoLanes(run, visits) }
}

/**
 * Photographs: each plate is its own member's, a plate seen twice is the same member's. A null
 * plate means that nobody knows what stands there: a stranger.
 */
export function planPhotos(
  run: Run,
  photos: readonly { readonly file: string; readonly plate: string | null }[],
  connected: 'yes' | 'no',
): RunPlan {
  const plates = [...new Set(photos.flatMap(({ plate }) => (plate === null ? [] : [plate])))]
  const fills = (plate: string) => photos.filter((photo) => photo.plate === plate).length
  const members = plates.map((plate, index) => {
    const card = memberCard({
      number: index + 1,
      prefix: run.prefix,
      plate,
      name: `车主${index + 1}`,
    })
    return card.openingFen === 0 ? card : { ...card, openingFen: openingFen * fills(plate) }
  })
  const memberOf = new Map(members.map((member) => [member.plate, member]))
  const visits = photos.map(({ file, plate }) => {
    const member = plate === null ? null : (memberOf.get(plate) ?? null)
    const view = { kind: 'photo', file } as const
    return {
      member,
      plate: plate ?? 'unknown',
      view,
      connected: member === null ? 'no' : connected,
    }
  })
  return { members, lanes: intoLanes(run, visits) }
}

type Guest = Pick<VisitPlan, 'member' | 'plate' | 'view' | 'connected'>

/** A member always comes to the same lane, so that one car never stands in two bays. */
function intoLanes(run: Run, guests: readonly Guest[]): RunPlan['lanes'] {
  const laneOf = new Map<string, number>()
  const lanes = run.points.map((): VisitPlan[] => [])
  for (const guest of guests) {
    const shortest = lanes.findIndex(
      (lane) => lane.length === Math.min(...lanes.map((l) => l.length)),
    )
    const lane = laneOf.get(guest.plate) ?? shortest
    laneOf.set(guest.plate, lane)
    const point = run.points[lane]
    if (point !== undefined) lanes[lane]?.push(toVisit(run.random, point, guest))
  }
  return lanes
}

function toVisit(random: Random, point: BoxFuellingPoint, guest: Guest): VisitPlan {
  const nozzle = point.nozzles[random.between(0, point.nozzles.length - 1)]?.nozzle ?? 1
  const targetMl = random.between(fillMl.low, fillMl.high)
  const levelMl = random.between(5_000, tankCapacityMl - fillMl.high)
  return { ...guest, fuellingPoint: point.fuellingPoint, nozzle, targetMl, levelMl, tankCapacityMl }
}
