import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody } from '../http/router.ts'
import { listStuck, reviveStuck } from './charges.repo.ts'

const list = createRoute({
  method: 'get',
  path: '/charges/stuck',
  summary: 'Charges whose provider was asked in vain and is asked no more, oldest first',
  security: adminOnly,
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }) },
  responses: {
    200: jsonBody(
      'The charges; each is pending at its station',
      z.object({
        charges: z.array(
          z.object({
            intentId: z.string(),
            refuelId: z.string(),
            stationId: z.string(),
            memberId: z.string(),
            gateway: z.string(),
            amountFen: z.number().int(),
            endedAt: z.iso.datetime(),
          }),
        ),
      }),
    ),
  },
})

const askAgain = createRoute({
  method: 'post',
  path: '/charges/stuck/ask-again',
  summary:
    'The provider is back: ask what became of every charge that waits. Charges nothing blindly',
  security: adminOnly,
  responses: { 200: jsonBody('How many are asked about', z.object({ asked: z.number().int() })) },
})

/** For the operator: what no worker goes on with by itself, and the way to let it. */
export function chargeRoutes(deps: { readonly db: Kysely<Database>; readonly clock: () => Date }) {
  return createRouter()
    .openapi(list, async (c) => {
      const intents = await listStuck(deps.db, c.req.valid('query').limit)
      const charges = intents.map((intent) => ({
        intentId: intent.intentId,
        refuelId: intent.refuelId,
        stationId: intent.stationId,
        memberId: intent.memberId,
        gateway: intent.gateway,
        amountFen: intent.amountFen,
        endedAt: intent.endedAt.toISOString(),
      }))
      return c.json({ charges }, 200)
    })
    .openapi(askAgain, async (c) =>
      c.json({ asked: await reviveStuck(deps.db, deps.clock()) }, 200),
    )
}
