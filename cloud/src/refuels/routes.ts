import { Ending, EndingReason, RefuelId, StationId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { ProblemError } from '../http/problem-error.ts'
import { adminOnly, createRouter, jsonBody, problemBody } from '../http/router.ts'
import { findSale, listSales, type StoredSale } from '../ingest/index.ts'
import { listPosted } from '../ledger/index.ts'
import { listIntentsOf } from '../payments/index.ts'
import { listNewest } from '../settlements/index.ts'

const Refuel = z
  .object({
    refuelId: z.string(),
    saleId: z.string(),
    saleCursor: z.number().int(),
    stationId: z.string(),
    fuellingPoint: z.number().int(),
    grade: z.string(),
    volumeMl: z.number().int(),
    unitPriceFenPerLitre: z.number().int(),
    amountFen: z.number().int(),
    plate: z.string().nullable(),
    memberId: z.string().nullable(),
    ending: Ending.nullable().describe('Null until it is decided'),
    reason: EndingReason.nullable(),
    chargedFen: z.number().int().describe('As the ledger says'),
    charges: z.number().int().describe('Charges in the ledger; more than 1 is a fault'),
    receiptNumber: z.string().nullable(),
    endedAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    origin: z.enum(['witnessed', 'recovered']),
  })
  .openapi('Refuel')
type Refuel = z.infer<typeof Refuel>

const list = createRoute({
  tags: ['Refuels'],
  method: 'get',
  path: '/refuels',
  summary: "A station's refuels in the order they were accepted",
  security: adminOnly,
  request: {
    query: z.object({
      stationId: StationId,
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
      after: z.coerce
        .number()
        .int()
        .nonnegative()
        .default(0)
        .describe('The last `saleCursor` seen'),
    }),
  },
  responses: { 200: jsonBody('The refuels', z.object({ refuels: z.array(Refuel) })) },
})

const read = createRoute({
  tags: ['Refuels'],
  method: 'get',
  path: '/refuels/{refuelId}',
  summary: 'Read one refuel',
  security: adminOnly,
  request: { params: z.object({ refuelId: RefuelId }) },
  responses: { 200: jsonBody('The refuel', Refuel), 404: problemBody('`refuel_unknown`') },
})

/** What was sold, what became of it and what was paid, put together from the contexts that know. */
export function refuelRoutes({ db }: { readonly db: Kysely<Database> }) {
  return createRouter()
    .openapi(list, async (c) => {
      const sales = await listSales(db, c.req.valid('query'))
      return c.json({ refuels: await toRefuels(db, sales) }, 200)
    })
    .openapi(read, async (c) => {
      const { refuelId } = c.req.valid('param')
      const sale = await findSale(db, refuelId)
      const [refuel] = sale ? await toRefuels(db, [sale]) : []
      if (!refuel) throw new ProblemError('refuel_unknown', `No refuel ${refuelId}.`)
      return c.json(refuel, 200)
    })
}

async function toRefuels(db: Kysely<Database>, sales: readonly StoredSale[]): Promise<Refuel[]> {
  const refuelIds = sales.map(({ refuelId }) => refuelId)
  const settlements = await listNewest(db, refuelIds)
  const intents = await listIntentsOf(db, refuelIds)
  const posted = await listPosted(db, [...intents.values()])
  return sales.map((sale) => {
    const settlement = settlements.get(sale.refuelId)
    const amounts = posted.get(intents.get(sale.refuelId) ?? '') ?? []
    return {
      ...sale,
      ending: settlement?.ending ?? null,
      reason: settlement?.reason ?? null,
      chargedFen: Number(amounts.reduce((sum, amountFen) => sum + amountFen, 0n)),
      charges: amounts.length,
      receiptNumber: settlement?.receiptNumber ?? null,
      decidedAt: settlement?.decidedAt ?? null,
    }
  })
}
