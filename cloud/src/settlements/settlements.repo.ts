import { type Ending, type EndingReason, Fen, Settlement } from '@forecourt/contracts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../db/schema.ts'

type Db = Kysely<Database>

/** A decision on a refuel, before it has its place in the station's sequence. */
export type Decision = {
  readonly stationId: string
  readonly refuelId: string
  readonly saleId: string
  readonly ending: Ending
  readonly reason: EndingReason | null
  readonly amountFen: number
  readonly receiptNumber: string | null
  readonly memberName: string | null
  readonly vehicleIds: readonly string[]
  readonly decidedAt: Date
}

/** Settlements one answer may carry; the station asks again for the rest. */
const settlementsMax = 500

/**
 * Appends a settlement. The station's head stays locked until the caller's database transaction
 * ends, so cursors become visible in their own order. Take other locks before this one.
 */
export async function appendSettlement(trx: Db, decision: Decision): Promise<Settlement> {
  const { last_cursor: cursor } = await trx
    .insertInto('settlement_head')
    .values({ station_id: decision.stationId, last_cursor: 1 })
    .onConflict((conflict) =>
      conflict.column('station_id').doUpdateSet({
        last_cursor: sql<bigint>`settlement_head.last_cursor + 1`,
      }),
    )
    .returning('last_cursor')
    .executeTakeFirstOrThrow()
  const row = {
    station_id: decision.stationId,
    cursor,
    refuel_id: decision.refuelId,
    sale_id: decision.saleId,
    ending: decision.ending,
    reason: decision.reason,
    amount_fen: BigInt(decision.amountFen),
    receipt_number: decision.receiptNumber,
    member_name: decision.memberName,
    vehicle_ids: [...decision.vehicleIds],
    decided_at: decision.decidedAt,
  }
  await trx.insertInto('settlement').values(row).execute()
  return toSettlement(row)
}

/** A station's settlements after a cursor, in order. */
export async function listSettlements(
  db: Db,
  query: { readonly stationId: string; readonly after: number },
): Promise<readonly Settlement[]> {
  const rows = await db
    .selectFrom('settlement')
    .selectAll()
    .where('station_id', '=', query.stationId)
    .where('cursor', '>', BigInt(query.after))
    .orderBy('cursor')
    .limit(settlementsMax)
    .execute()
  return rows.map(toSettlement)
}

/** The newest settlement of each of these refuels; a refuel not yet decided has none. */
export async function listNewest(
  db: Db,
  refuelIds: readonly string[],
): Promise<ReadonlyMap<string, Settlement>> {
  if (refuelIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('settlement')
    .distinctOn('refuel_id')
    .selectAll()
    .where('refuel_id', 'in', refuelIds)
    .orderBy('refuel_id')
    .orderBy('cursor', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.refuel_id, toSettlement(row)]))
}

/** Refuels that told a sale again and last heard that it is pending. */
export async function listWaiting(
  trx: Db,
  of: { readonly stationId: string; readonly saleId: string; readonly firstRefuelId: string },
): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('settlement')
    .distinctOn('refuel_id')
    .select(['refuel_id', 'ending'])
    .where('station_id', '=', of.stationId)
    .where('sale_id', '=', of.saleId)
    .where('refuel_id', '<>', of.firstRefuelId)
    .orderBy('refuel_id')
    .orderBy('cursor', 'desc')
    .execute()
  return rows.filter(({ ending }) => ending === 'pending').map((row) => row.refuel_id)
}

function toSettlement(row: Selectable<Database['settlement']>): Settlement {
  return Settlement.parse({
    cursor: Number(row.cursor),
    stationId: row.station_id,
    refuelId: row.refuel_id,
    saleId: row.sale_id,
    ending: row.ending,
    reason: row.reason,
    amountFen: Fen.parse(Number(row.amount_fen)),
    receiptNumber: row.receipt_number,
    memberName: row.member_name,
    vehicleIds: row.vehicle_ids,
    decidedAt: row.decided_at.toISOString(),
  })
}
