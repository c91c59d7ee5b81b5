import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../db/schema.ts'

type Db = Kysely<Database>

/** A sale as it was measured, with who it was matched to. */
export type StoredSale = {
  /** Counts up in the order of acceptance within a station. */
  readonly saleCursor: number
  readonly refuelId: string
  readonly saleId: string
  readonly stationId: string
  readonly fuellingPoint: number
  readonly grade: string
  readonly volumeMl: number
  readonly unitPriceFenPerLitre: number
  readonly amountFen: number
  readonly plate: string | null
  readonly memberId: string | null
  readonly endedAt: string
  readonly origin: 'witnessed' | 'recovered'
}

/** A station's sales after a cursor, in order. */
export async function listSales(
  db: Db,
  query: { readonly stationId: string; readonly after: number; readonly limit: number },
): Promise<readonly StoredSale[]> {
  const rows = await db
    .selectFrom('sale')
    .selectAll()
    .where('station_id', '=', query.stationId)
    .where('sale_cursor', '>', sql<bigint>`${query.after}::bigint`)
    .orderBy('sale_cursor')
    .limit(query.limit)
    .execute()
  return rows.map(toStoredSale)
}

export async function findSale(db: Db, refuelId: string): Promise<StoredSale | null> {
  const row = await db
    .selectFrom('sale')
    .selectAll()
    .where('refuel_id', '=', refuelId)
    .executeTakeFirst()
  return row ? toStoredSale(row) : null
}

function toStoredSale(row: Selectable<Database['sale']>): StoredSale {
  return {
    saleCursor: Number(row.sale_cursor),
    refuelId: row.refuel_id,
    saleId: row.sale_id,
    stationId: row.station_id,
    fuellingPoint: row.fuelling_point,
    grade: row.grade,
    volumeMl: Number(row.volume_ml),
    unitPriceFenPerLitre: row.unit_price_fen_per_litre,
    amountFen: Number(row.amount_fen),
    plate: row.plate,
    memberId: row.member_id,
    endedAt: row.ended_at.toISOString(),
    origin: row.origin,
  }
}
