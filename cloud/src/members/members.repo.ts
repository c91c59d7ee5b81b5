import type { Plate } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { RegisteredVehicle } from './match.ts'

type Db = Kysely<Database>

export type PaymentMethod =
  | { readonly kind: 'stored_value' }
  | { readonly kind: 'sandbox'; readonly contractId: string }

export type MemberStatus = 'active' | 'blocked' | 'overdue'

export type Vehicle = {
  readonly vehicleId: string
  readonly plate: string
  readonly tankCapacityMl: number | null
  /** Grades its tank takes; null when the member never said. */
  readonly grades: readonly string[] | null
}

export type Member = {
  readonly memberId: string
  readonly displayName: string
  readonly status: MemberStatus
  readonly paymentMethod: PaymentMethod | null
  readonly vehicles: readonly Vehicle[]
}

/** Cars a member may register; a fleet of more is several members. */
const vehiclesMax = 500
/** Registered cars one refuel's evidence may bring up. More on one plate are ambiguous anyway. */
const candidatesMax = 64

/** @throws {ProblemError} `member_exists` */
export async function createMember(
  db: Db,
  member: { readonly memberId: string; readonly displayName: string },
): Promise<void> {
  const row = await db
    .insertInto('member')
    .values({
      member_id: member.memberId,
      display_name: member.displayName,
      status: 'active',
      payment_kind: null,
      contract_id: null,
    })
    .onConflict((conflict) => conflict.column('member_id').doNothing())
    .returning('member_id')
    .executeTakeFirst()
  if (!row) throw new ProblemError('member_exists', `There already is a member ${member.memberId}.`)
}

/** @throws {ProblemError} `member_unknown` */
export async function setPaymentMethod(
  db: Db,
  memberId: string,
  method: PaymentMethod,
): Promise<void> {
  const contractId = method.kind === 'sandbox' ? method.contractId : null
  const row = await db
    .updateTable('member')
    .set({ payment_kind: method.kind, contract_id: contractId })
    .where('member_id', '=', memberId)
    .returning('member_id')
    .executeTakeFirst()
  if (!row) throw unknownMember(memberId)
}

/** @throws {ProblemError} `member_unknown` */
export async function setStatus(db: Db, memberId: string, status: MemberStatus): Promise<void> {
  const row = await db
    .updateTable('member')
    .set({ status })
    .where('member_id', '=', memberId)
    .returning('member_id')
    .executeTakeFirst()
  if (!row) throw unknownMember(memberId)
}

/** @throws {ProblemError} `member_unknown`, `vehicle_exists` or `vehicles_full` */
export async function addVehicle(
  db: Db,
  memberId: string,
  vehicle: Omit<Vehicle, 'plate'> & { readonly plate: Plate },
): Promise<void> {
  const member = await readMember(db, memberId)
  if (member.vehicles.length >= vehiclesMax) {
    throw new ProblemError('vehicles_full', `A member may register ${vehiclesMax} vehicles.`)
  }
  const row = await db
    .insertInto('vehicle')
    .values({
      vehicle_id: vehicle.vehicleId,
      member_id: memberId,
      plate: vehicle.plate,
      tank_capacity_ml: vehicle.tankCapacityMl,
      grades: vehicle.grades === null ? null : [...vehicle.grades],
    })
    .onConflict((conflict) => conflict.column('vehicle_id').doNothing())
    .returning('vehicle_id')
    .executeTakeFirst()
  if (row) return
  throw new ProblemError('vehicle_exists', `There already is a vehicle ${vehicle.vehicleId}.`)
}

/** @throws {ProblemError} `vehicle_unknown` */
export async function requireVehicle(db: Db, vehicleId: string): Promise<void> {
  const row = await db
    .selectFrom('vehicle')
    .select('vehicle_id')
    .where('vehicle_id', '=', vehicleId)
    .executeTakeFirst()
  if (!row) throw new ProblemError('vehicle_unknown', `No vehicle ${vehicleId}.`)
}

/** @throws {ProblemError} `member_unknown` */
export async function readMember(db: Db, memberId: string): Promise<Member> {
  const row = await db
    .selectFrom('member')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (!row) throw unknownMember(memberId)
  const vehicles = await db
    .selectFrom('vehicle')
    .select(['vehicle_id', 'plate', 'tank_capacity_ml', 'grades'])
    .where('member_id', '=', memberId)
    .orderBy('created_at')
    .orderBy('vehicle_id')
    .execute()
  return {
    memberId: row.member_id,
    displayName: row.display_name,
    status: row.status,
    paymentMethod: toPaymentMethod(row.payment_kind, row.contract_id),
    vehicles: vehicles.map((vehicle) => ({
      vehicleId: vehicle.vehicle_id,
      plate: vehicle.plate,
      tankCapacityMl: vehicle.tank_capacity_ml === null ? null : Number(vehicle.tank_capacity_ml),
      grades: vehicle.grades,
    })),
  }
}

/** Lets nobody else promise this member's money until the caller's database transaction ends. */
export async function lockMember(trx: Db, memberId: string): Promise<void> {
  await trx
    .selectFrom('member')
    .select('member_id')
    .where('member_id', '=', memberId)
    .forUpdate()
    .executeTakeFirst()
}

/** Every registered car whose plate was read or that reported itself. */
export async function listCandidates(
  db: Db,
  seen: { readonly plates: readonly string[]; readonly vehicleIds: readonly string[] },
): Promise<readonly RegisteredVehicle[]> {
  if (seen.plates.length + seen.vehicleIds.length === 0) return []
  const rows = await db
    .selectFrom('vehicle')
    .select(['vehicle_id', 'member_id', 'plate'])
    .where((eb) =>
      eb.or([
        eb('plate', 'in', seen.plates.length > 0 ? seen.plates : ['']),
        eb('vehicle_id', 'in', seen.vehicleIds.length > 0 ? seen.vehicleIds : ['']),
      ]),
    )
    .orderBy('vehicle_id')
    .limit(candidatesMax)
    .execute()
  return rows.map((row) => ({
    vehicleId: row.vehicle_id,
    memberId: row.member_id,
    plate: row.plate,
  }))
}

function unknownMember(memberId: string): ProblemError {
  return new ProblemError('member_unknown', `No member ${memberId}.`)
}

function toPaymentMethod(kind: string | null, contractId: string | null): PaymentMethod | null {
  if (kind === 'stored_value') return { kind }
  if (kind === 'sandbox' && contractId !== null) return { kind, contractId }
  return null
}
