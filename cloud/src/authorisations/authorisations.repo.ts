import { AuthorisationAnswer, type AuthorisationRequest, Fen } from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'

type Db = Kysely<Database>

/** An answer already given to this request id, with the request it answered; null when none was. */
export async function findAnswer(
  db: Db,
  requestId: string,
): Promise<{ readonly answer: AuthorisationAnswer; readonly request: string } | null> {
  const row = await db
    .selectFrom('authorisation')
    .selectAll()
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (!row) return null
  const answer = AuthorisationAnswer.parse({
    requestId,
    decision: row.decision,
    reason: row.reason,
    authorisationId: row.authorisation_id,
    limitFen: row.limit_fen === null ? null : Number(row.limit_fen),
    memberName: row.member_name,
  })
  return { answer, request: row.request }
}

export async function insertAnswer(
  trx: Db,
  given: {
    readonly request: AuthorisationRequest
    readonly answer: AuthorisationAnswer
    readonly memberId: string | null
    readonly now: Date
  },
): Promise<void> {
  const { request, answer } = given
  await trx
    .insertInto('authorisation')
    .values({
      request_id: request.requestId,
      authorisation_id: answer.authorisationId,
      station_id: request.stationId,
      refuel_id: request.refuelId,
      fuelling_point: request.fuellingPoint,
      member_id: given.memberId,
      decision: answer.decision,
      reason: answer.reason,
      limit_fen: answer.limitFen,
      member_name: answer.memberName,
      request: JSON.stringify(request),
      decided_at: given.now,
    })
    .execute()
}

/** What a refuel was allowed to do. */
type Authorisation = {
  readonly authorisationId: string
  readonly memberId: string
  readonly limitFen: Fen
}

/** The authorisation a refuel says it ran under; null when there is none of that name for it. */
export async function findAuthorisation(
  db: Db,
  of: {
    readonly authorisationId: string
    readonly stationId: string
    readonly refuelId: string
  },
): Promise<Authorisation | null> {
  const row = await db
    .selectFrom('authorisation')
    .select(['authorisation_id', 'member_id', 'limit_fen'])
    .where('authorisation_id', '=', of.authorisationId)
    .where('station_id', '=', of.stationId)
    .where('refuel_id', '=', of.refuelId)
    .where('decision', '=', 'allowed')
    .executeTakeFirst()
  if (!row || row.authorisation_id === null) return null
  if (row.member_id === null || row.limit_fen === null) return null
  return {
    authorisationId: row.authorisation_id,
    memberId: row.member_id,
    limitFen: Fen.parse(Number(row.limit_fen)),
  }
}

/**
 * What a member may still spend under authorisations that no refuel has closed yet. One refuel
 * delivers once, however often it asked: it counts with its largest limit, and `exceptRefuelId`
 * not at all.
 */
export async function sumOpenLimits(
  db: Db,
  of: { readonly memberId: string; readonly since: Date; readonly exceptRefuelId: string },
): Promise<number> {
  const rows = await db
    .selectFrom('authorisation')
    .select(({ fn }) => fn.max('limit_fen').as('limit_fen'))
    .where('member_id', '=', of.memberId)
    .where('decided_at', '>=', of.since)
    .where('refuel_id', '<>', of.exceptRefuelId)
    .where('closed_at', 'is', null)
    .groupBy(['station_id', 'refuel_id'])
    .execute()
  return rows.reduce((sum, row) => sum + Number(row.limit_fen ?? 0), 0)
}

/** Ends an authorisation; what it held is free again. Ended once, it stays as it was. */
export async function closeAuthorisation(
  trx: Db,
  close: {
    readonly stationId: string
    readonly refuelId: string
    readonly by: 'completed' | 'cancelled'
    readonly now: Date
  },
): Promise<void> {
  await trx
    .updateTable('authorisation')
    .set({ closed_at: close.now, closed_by: close.by })
    .where('station_id', '=', close.stationId)
    .where('refuel_id', '=', close.refuelId)
    .where('closed_at', 'is', null)
    .execute()
}
