import { type Kysely, type Selectable, sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/schema.ts'
import type { ChargeIntent } from './intent.ts'

type Db = Kysely<Database>

type JobState = 'charge' | 'query' | 'stuck'
type ChargeEventKind = 'paid' | 'refused' | 'unknown' | 'absent' | 'contradicted'
export type ChargeJob = {
  readonly intent: ChargeIntent
  /** `query`: somebody may have charged already, so ask before charging. */
  readonly state: 'charge' | 'query'
  /** This attempt's number, from 1. */
  readonly attempt: number
}

/** Writes what is to be paid and the work of it, once per sale. Call within the event's transaction. */
export async function insertIntent(trx: Db, intent: ChargeIntent, now: Date): Promise<void> {
  await trx
    .insertInto('charge_intent')
    .values({
      intent_id: intent.intentId,
      station_id: intent.stationId,
      sale_id: intent.saleId,
      refuel_id: intent.refuelId,
      member_id: intent.memberId,
      member_name: intent.memberName,
      vehicle_ids: [...intent.vehicleIds],
      gateway: intent.gateway,
      contract_id: intent.contractId,
      amount_fen: BigInt(intent.amountFen),
      fuelling_point: intent.fuellingPoint,
      grade: intent.grade,
      volume_ml: BigInt(intent.volumeMl),
      unit_price_fen_per_litre: intent.unitPriceFenPerLitre,
      ended_at: intent.endedAt,
      created_at: now,
    })
    .execute()
  await trx
    .insertInto('charge_job')
    .values({ intent_id: intent.intentId, state: 'charge', next_at: now })
    .execute()
}

/** What a member's charges since an instant add up to, those refused left out. */
export async function sumChargesSince(db: Db, memberId: string, since: Date): Promise<number> {
  const { total } = await db
    .selectFrom('charge_intent')
    .select(sql<bigint>`coalesce(sum(amount_fen), 0)::bigint`.as('total'))
    .where('member_id', '=', memberId)
    .where('created_at', '>=', since)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('charge_event')
            .select('charge_event_id')
            .whereRef('charge_event.intent_id', '=', 'charge_intent.intent_id')
            .where('kind', '=', 'refused'),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return Number(total)
}

/**
 * Takes due jobs of one gateway for `leaseMs`; no other process gets them meanwhile. A job whose
 * lease ran out was begun by a process that died: it comes as `query`, so that nothing is charged
 * blindly.
 */
export async function claimJobs(
  db: Db,
  claim: {
    readonly gateway: string
    readonly jobsMax: number
    readonly now: Date
    readonly leaseMs: number
  },
): Promise<readonly ChargeJob[]> {
  const leaseUntil = new Date(claim.now.getTime() + claim.leaseMs)
  const { rows } = await sql<{ intent_id: string; state: 'charge' | 'query'; attempts: number }>`
    update charge_job set
      attempts = attempts + 1,
      state = case when lease_until is null then state else 'query' end,
      lease_until = ${leaseUntil}
    where intent_id in (
      select job.intent_id from charge_job job join charge_intent using (intent_id)
      where charge_intent.gateway = ${claim.gateway} and job.state <> 'stuck'
        and job.next_at <= ${claim.now}
        and (job.lease_until is null or job.lease_until < ${claim.now})
      order by job.next_at limit ${claim.jobsMax}
      for update of job skip locked)
    returning intent_id, state, attempts`.execute(db)
  const intents = await listIntents(
    db,
    rows.map((row) => row.intent_id),
  )
  return rows.flatMap((row) => {
    const intent = intents.get(row.intent_id)
    return intent ? [{ intent, state: row.state, attempt: row.attempts }] : []
  })
}

async function listIntents(
  db: Db,
  intentIds: readonly string[],
): Promise<ReadonlyMap<string, ChargeIntent>> {
  if (intentIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('charge_intent')
    .selectAll()
    .where('intent_id', 'in', intentIds)
    .execute()
  return new Map(rows.map((row) => [row.intent_id, toIntent(row)]))
}

/** An intent by its id; null when there is none, or when the text is no id of ours. */
export async function findIntent(db: Db, intentId: string): Promise<ChargeIntent | null> {
  if (!z.uuid().safeParse(intentId).success) return null
  return (await listIntents(db, [intentId])).get(intentId) ?? null
}

/** Reads an intent and keeps others from deciding on it until the transaction ends; null when there is none. */
export async function lockIntent(trx: Db, intentId: string): Promise<ChargeIntent | null> {
  const row = await trx
    .selectFrom('charge_intent')
    .selectAll()
    .where('intent_id', '=', intentId)
    .forUpdate()
    .executeTakeFirst()
  return row ? toIntent(row) : null
}

/** Every answer given so far, oldest first. */
export async function listChargeEvents(
  db: Db,
  intentId: string,
): Promise<readonly ChargeEventKind[]> {
  const rows = await db
    .selectFrom('charge_event')
    .select('kind')
    .where('intent_id', '=', intentId)
    .orderBy('charge_event_id')
    .execute()
  return rows.map(({ kind }) => kind)
}

export async function insertChargeEvent(
  trx: Db,
  event: {
    readonly intentId: string
    readonly kind: ChargeEventKind
    readonly providerRef: string | null
    readonly detail: string | null
    readonly at: Date
  },
): Promise<void> {
  await trx
    .insertInto('charge_event')
    .values({
      intent_id: event.intentId,
      kind: event.kind,
      provider_ref: event.providerRef,
      detail: event.detail?.slice(0, 500) ?? null,
      at: event.at,
    })
    .execute()
}

export async function deleteJob(trx: Db, intentId: string): Promise<void> {
  await trx.deleteFrom('charge_job').where('intent_id', '=', intentId).execute()
}

/** Gives a job back: due again at `nextAt`, or `stuck` until a person looks. */
export async function rescheduleJob(
  trx: Db,
  job: { readonly intentId: string; readonly state: JobState; readonly nextAt: Date },
): Promise<void> {
  await trx
    .updateTable('charge_job')
    .set({ state: job.state, next_at: job.nextAt, lease_until: null })
    .where('intent_id', '=', job.intentId)
    .execute()
}

/** Charges that wait for a person, oldest first. */
export async function listStuck(db: Db, limit: number): Promise<readonly ChargeIntent[]> {
  const rows = await db
    .selectFrom('charge_intent')
    .innerJoin('charge_job', 'charge_job.intent_id', 'charge_intent.intent_id')
    .selectAll('charge_intent')
    .where('charge_job.state', '=', 'stuck')
    .orderBy('charge_intent.created_at')
    .limit(limit)
    .execute()
  return rows.map(toIntent)
}

/** Lets every stuck charge be asked about anew, with all its attempts. Returns how many there were. */
export async function reviveStuck(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('charge_job')
    .set({ state: 'query', attempts: 0, next_at: now, lease_until: null })
    .where('state', '=', 'stuck')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Jobs waiting, by state: for the metrics. */
export async function countJobs(db: Db): Promise<ReadonlyMap<JobState, number>> {
  const rows = await db
    .selectFrom('charge_job')
    .select(['state', ({ fn }) => fn.countAll<bigint>().as('count')])
    .groupBy('state')
    .execute()
  return new Map(rows.map((row) => [row.state, Number(row.count)]))
}

/** The intents of refuels, by refuel. */
export async function listIntentsOf(
  db: Db,
  refuelIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (refuelIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('charge_intent')
    .select(['refuel_id', 'intent_id'])
    .where('refuel_id', 'in', refuelIds)
    .execute()
  return new Map(rows.map((row) => [row.refuel_id, row.intent_id]))
}

function toIntent(row: Selectable<Database['charge_intent']>): ChargeIntent {
  return {
    intentId: row.intent_id,
    stationId: row.station_id,
    saleId: row.sale_id,
    refuelId: row.refuel_id,
    memberId: row.member_id,
    memberName: row.member_name,
    vehicleIds: row.vehicle_ids,
    gateway: row.gateway,
    contractId: row.contract_id,
    amountFen: Number(row.amount_fen),
    fuellingPoint: row.fuelling_point,
    grade: row.grade,
    volumeMl: Number(row.volume_ml),
    unitPriceFenPerLitre: row.unit_price_fen_per_litre,
    endedAt: row.ended_at,
  }
}
