import type { EndingReason, Identity } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { match } from './match.ts'
import { listCandidates, type Member, readMember, type Vehicle } from './members.repo.ts'

export type Identified =
  | { readonly kind: 'member'; readonly member: Member; readonly vehicle: Vehicle }
  | { readonly kind: 'nobody'; readonly reason: EndingReason }

/** Looks up who may be meant and lets `match` decide. Reads only; pass a transaction as `db` within one. */
export async function identify(
  db: Kysely<Database>,
  seen: { readonly identity: Identity; readonly volumeMl: number | null },
  acceptConfidence: number,
): Promise<Identified> {
  const { plates, vehicles } = seen.identity
  const registered = await listCandidates(db, {
    plates: plates.map(({ plate }) => plate),
    vehicleIds: vehicles.map(({ vehicleId }) => vehicleId),
  })
  const result = match({ ...seen, registered, acceptConfidence })
  if (result.kind === 'unmatched') return { kind: 'nobody', reason: result.reason }
  const member = await readMember(db, result.memberId)
  const vehicle = member.vehicles.find(({ vehicleId }) => vehicleId === result.vehicleId)
  if (!vehicle) return { kind: 'nobody', reason: 'plate_unknown' }
  return { kind: 'member', member, vehicle }
}

/** Vehicles a settlement may name; the contract's own bound. */
const receiptVehiclesMax = 8

/** The member's cars that reported themselves here, the matched one first: they get the receipt. */
export function connectedVehiclesOf(
  member: Member,
  vehicle: Vehicle | null,
  identity: Identity,
): readonly string[] {
  const own = new Set(member.vehicles.map(({ vehicleId }) => vehicleId))
  const seen = identity.vehicles.map(({ vehicleId }) => vehicleId).filter((id) => own.has(id))
  const matched = seen.filter((id) => id === vehicle?.vehicleId)
  return [...new Set([...matched, ...seen])].slice(0, receiptVehiclesMax)
}
