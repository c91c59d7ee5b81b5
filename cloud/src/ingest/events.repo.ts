import { isUnmistakable, type RefuelCompleted, type StationEvent } from '@forecourt/contracts'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { CheckedEvent, Misfit } from './check-event.ts'
import { figuresOf } from './figures.ts'

type Db = Kysely<Database>
type Accepted = Extract<CheckedEvent, { kind: 'event' }>

/** What the database knows of an event id: nothing, this very event, or another under its id. */
export async function findEvent(trx: Db, checked: Accepted): Promise<'new' | 'known' | 'other'> {
  const row = await trx
    .selectFrom('event_key')
    .select(['station_id', 'digest'])
    .where('event_id', '=', checked.event.eventId)
    .executeTakeFirst()
  if (!row) return 'new'
  const isSame = row.station_id === checked.event.stationId && row.digest === checked.digest
  return isSame ? 'known' : 'other'
}

/** Keeps an event for ever. */
export async function insertEvent(trx: Db, { event, raw, digest }: Accepted, now: Date) {
  await trx
    .insertInto('event_key')
    .values({ event_id: event.eventId, station_id: event.stationId, digest, received_at: now })
    .execute()
  await trx
    .insertInto('station_event')
    .values({
      event_id: event.eventId,
      station_id: event.stationId,
      fuelling_point: event.fuellingPoint,
      seq: BigInt(event.seq),
      type: event.type,
      occurred_at: new Date(event.occurredAt),
      body: raw,
      received_at: now,
    })
    .execute()
}

/** Moves a fuelling point's sequence on, and says how the event stands to it. */
export async function noteSequence(
  trx: Db,
  event: StationEvent,
): Promise<'in_order' | 'gap' | 'out_of_order'> {
  const key = {
    station_id: event.stationId,
    edge_id: event.edgeId,
    fuelling_point: event.fuellingPoint,
  }
  const before = await trx
    .selectFrom('event_sequence')
    .select('seq')
    .where((eb) => eb.and(key))
    .executeTakeFirst()
  await trx
    .insertInto('event_sequence')
    .values({ ...key, seq: BigInt(event.seq) })
    .onConflict((conflict) =>
      conflict
        .columns(['station_id', 'edge_id', 'fuelling_point'])
        .doUpdateSet({ seq: sql<bigint>`greatest(event_sequence.seq, excluded.seq)` }),
    )
    .execute()
  const expected = Number(before?.seq ?? 0) + 1
  if (event.seq < expected) return 'out_of_order'
  return event.seq > expected ? 'gap' : 'in_order'
}

/** What is known of a sale: nothing, the same figures, or others; or its refuel already has another sale. */
export type SaleStanding =
  | { readonly kind: 'new' }
  | { readonly kind: 'same' | 'conflict'; readonly firstRefuelId: string; readonly detail: string }

export async function findSaleStanding(trx: Db, event: RefuelCompleted): Promise<SaleStanding> {
  const { sale, refuelId, stationId } = event
  const rows = await trx
    .selectFrom('sale_key')
    .select(['station_id', 'sale_id', 'refuel_id', 'figures'])
    .where((eb) =>
      eb.or([
        eb.and({ station_id: stationId, sale_id: sale.saleId }),
        eb('refuel_id', '=', refuelId),
      ]),
    )
    .execute()
  const same = rows.find((row) => row.station_id === stationId && row.sale_id === sale.saleId)
  const figures = figuresOf(sale)
  if (same) {
    // Where the id may be another sale's, equal figures prove nothing.
    const isItself = isUnmistakable(sale) || same.refuel_id === refuelId
    const isEqual = isItself && same.figures === figures
    const detail = isEqual ? '' : `stored ${same.figures}, now ${figures}`
    return { kind: isEqual ? 'same' : 'conflict', firstRefuelId: same.refuel_id, detail }
  }
  const [other] = rows
  if (!other) return { kind: 'new' }
  const detail = `refuelId: ${refuelId} already has sale ${other.sale_id}`
  return { kind: 'conflict', firstRefuelId: other.refuel_id, detail }
}

/** Keeps what the controller measured, verbatim, with who it was matched to. */
export async function insertSale(
  trx: Db,
  event: RefuelCompleted,
  matched: { readonly memberId: string | null; readonly vehicleId: string | null },
  now: Date,
): Promise<void> {
  const { sale, identity } = event
  const best = identity.plates[0]
  const endedAt = new Date(sale.endedAt)
  await trx
    .insertInto('sale_key')
    .values({
      station_id: event.stationId,
      sale_id: sale.saleId,
      refuel_id: event.refuelId,
      ended_at: endedAt,
      figures: figuresOf(sale),
    })
    .execute()
  await trx
    .insertInto('sale')
    .values({
      station_id: event.stationId,
      sale_id: sale.saleId,
      refuel_id: event.refuelId,
      event_id: event.eventId,
      controller_id: sale.controllerId,
      fuelling_point: sale.fuellingPoint,
      nozzle: sale.nozzle,
      grade: sale.grade,
      transaction_number: sale.transactionNumber,
      volume_ml: sale.volumeMl,
      unit_price_fen_per_litre: sale.unitPriceFenPerLitre,
      amount_fen: sale.amountFen,
      totaliser_ml: sale.totaliserMl,
      totaliser_before_ml: event.totaliserBeforeMl,
      origin: event.origin,
      started_at: sale.startedAt === null ? null : new Date(sale.startedAt),
      ended_at: endedAt,
      plate: best?.plate ?? null,
      plate_confidence: best?.confidence ?? null,
      identity: JSON.stringify(identity),
      member_id: matched.memberId,
      vehicle_id: matched.vehicleId,
      authorisation_id: event.authorisationId,
      received_at: now,
    })
    .execute()
}

/** Keeps a misfit once, however often it is sent. Says whether it is new. */
export async function insertQuarantine(
  trx: Db,
  stationId: string,
  misfit: Omit<Misfit, 'kind'>,
  now: Date,
): Promise<'kept' | 'already_kept'> {
  const row = await trx
    .insertInto('quarantine')
    .values({
      station_id: stationId,
      event_id: misfit.eventId,
      reason: misfit.reason,
      detail: misfit.detail,
      raw: misfit.raw,
      raw_digest: misfit.digest,
      received_at: now,
    })
    .onConflict((conflict) => conflict.columns(['station_id', 'raw_digest']).doNothing())
    .returning('quarantine_id')
    .executeTakeFirst()
  return row ? 'kept' : 'already_kept'
}

/** Misfits a station has in quarantine, counted no further than `countMax`. */
export async function countQuarantine(
  db: Db,
  stationId: string,
  countMax: number,
): Promise<number> {
  const rows = await db
    .selectFrom('quarantine')
    .select('quarantine_id')
    .where('station_id', '=', stationId)
    .limit(countMax)
    .execute()
  return rows.length
}

/** What waits for a person, newest first. */
export function listQuarantine(db: Db, limit: number) {
  return db
    .selectFrom('quarantine')
    .select(['quarantine_id', 'station_id', 'event_id', 'reason', 'detail', 'raw', 'received_at'])
    .orderBy('quarantine_id', 'desc')
    .limit(limit)
    .execute()
}
