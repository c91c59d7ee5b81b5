import type { Box, MemberCard } from '../box/index.ts'
import type { Random } from '../scenarios/random.ts'
import { randomPlate } from '../scenarios/random-plate.ts'
import type { Forecourt } from './forecourt.ts'
import { WorldError } from './world.ts'

const tankCapacityMl = 60_000
const arrivesWithMl = { low: 5_000, high: 20_000 } as const

/**
 * Sends a member's car, or a stranger's, on its way to a bay. Two of three members drive a
 * connected car; no stranger does.
 *
 * @throws {WorldError} `no_such_member`, `member_on_site`, `bay_taken`, `no_such_fuelling_point`
 */
export async function sendGuest(
  deps: {
    readonly box: Box
    readonly forecourt: Forecourt
    readonly members: readonly MemberCard[]
    readonly random: Random
  },
  guest: { readonly fuellingPoint: number; readonly memberId: string | null },
): Promise<void> {
  const { members, random, forecourt } = deps
  const member = findMember(deps, guest.memberId)
  const plates = new Set(members.map((card) => card.plate))
  const plate = member?.plate ?? randomPlate(random, plates)
  const isConnected = member !== null && members.indexOf(member) % 3 !== 2
  await forecourt.send({
    fuellingPoint: guest.fuellingPoint,
    member,
    plate,
    tankCapacityMl: member?.tankCapacityMl ?? tankCapacityMl,
    levelMl: random.between(arrivesWithMl.low, arrivesWithMl.high),
    connected: isConnected ? 'yes' : 'no',
    view: { kind: 'plate', plate },
  })
}

function findMember(
  deps: {
    readonly box: Box
    readonly forecourt: Forecourt
    readonly members: readonly MemberCard[]
  },
  memberId: string | null,
): MemberCard | null {
  if (memberId === null) return null
  const member = deps.members.find((card) => card.memberId === memberId)
  if (member === undefined) throw new WorldError('no_such_member', `there is no member ${memberId}`)
  if (membersOnSite(deps).has(memberId)) {
    throw new WorldError('member_on_site', `${member.displayName} is at the station already`)
  }
  return member
}

/** Members whose car stands in a bay, is coming or has not quite left. */
export function membersOnSite(deps: {
  readonly box: Box
  readonly forecourt: Forecourt
}): ReadonlySet<string> {
  const { box, forecourt } = deps
  const here = box.points.map(({ fuellingPoint }) => forecourt.visitorAt(fuellingPoint))
  const all = [...here, ...forecourt.leaving()]
  return new Set(all.flatMap((visitor) => visitor?.member?.memberId ?? []))
}
