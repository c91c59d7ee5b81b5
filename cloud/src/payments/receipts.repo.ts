import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { dayText } from '../db/calendar.ts'
import type { Database } from '../db/schema.ts'
import type { ChargeIntent } from './intent.ts'

type Db = Kysely<Database>

/** What the member gets for the money. Issued once; read again it is the same. */
export const MemberReceipt = z.object({
  receiptNumber: z.string().max(32),
  stationId: z.string(),
  fuellingPoint: z.number().int(),
  refuelId: z.string(),
  saleId: z.string(),
  memberName: z.string(),
  paidBy: z.string(),
  lines: z.array(
    z.object({
      grade: z.string(),
      volumeMl: z.number().int(),
      unitPriceFenPerLitre: z.number().int(),
      amountFen: z.number().int(),
    }),
  ),
  amountFen: z.number().int(),
  endedAt: z.iso.datetime(),
  issuedAt: z.iso.datetime(),
})
export type MemberReceipt = z.infer<typeof MemberReceipt>

/**
 * Issues the receipt of a paid intent and returns its number: the day in +08:00 and a running
 * number. A number may be missing when a database transaction was undone; none is used twice.
 */
export async function issueReceipt(trx: Db, intent: ChargeIntent, now: Date): Promise<string> {
  const { rows } = await sql<{ n: bigint }>`select nextval('receipt_sequence') as n`.execute(trx)
  const receiptNumber = `R${dayText(now)}-${String(rows[0]?.n ?? 0).padStart(8, '0')}`
  const { grade, volumeMl, unitPriceFenPerLitre, amountFen } = intent
  const body: MemberReceipt = {
    receiptNumber,
    stationId: intent.stationId,
    fuellingPoint: intent.fuellingPoint,
    refuelId: intent.refuelId,
    saleId: intent.saleId,
    memberName: intent.memberName,
    paidBy: intent.gateway,
    lines: [{ grade, volumeMl, unitPriceFenPerLitre, amountFen }],
    amountFen,
    endedAt: intent.endedAt.toISOString(),
    issuedAt: now.toISOString(),
  }
  await trx
    .insertInto('receipt')
    .values({
      receipt_number: receiptNumber,
      refuel_id: intent.refuelId,
      station_id: intent.stationId,
      body: JSON.stringify(body),
      issued_at: now,
    })
    .execute()
  return receiptNumber
}

export async function findReceipt(db: Db, receiptNumber: string): Promise<MemberReceipt | null> {
  const row = await db
    .selectFrom('receipt')
    .select('body')
    .where('receipt_number', '=', receiptNumber)
    .executeTakeFirst()
  return row ? MemberReceipt.parse(JSON.parse(row.body)) : null
}
