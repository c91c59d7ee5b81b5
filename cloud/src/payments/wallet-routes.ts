import { Fen, MemberId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody, jsonRequest, problemBody } from '../http/router.ts'
import { balanceOf, postTransfer, topUps, walletOf } from '../ledger/index.ts'
import { readMember } from '../members/index.ts'

/** The most one top-up may bring: a hundred thousand yuan, for a fleet. */
const topUpFenMax = 10_000_000

const topUp = createRoute({
  tags: ['Payments'],
  method: 'post',
  path: '/members/{memberId}/wallet/top-ups',
  summary: "Put money into a member's wallet; the same key does it once",
  security: adminOnly,
  request: {
    params: z.object({ memberId: MemberId }),
    body: jsonRequest(
      z.strictObject({
        idempotencyKey: z.string().regex(/^[!-~]{1,64}$/, 'use 1 to 64 printable characters'),
        amountFen: z.number().int().positive().max(topUpFenMax),
      }),
    ),
  },
  responses: {
    200: jsonBody(
      'Posted now, or already before',
      z.object({ result: z.enum(['posted', 'already_posted']), balanceFen: z.number().int() }),
    ),
    404: problemBody('`member_unknown`'),
    409: problemBody('`transfer_conflict`'),
  },
})

export function walletRoutes({ db }: { readonly db: Kysely<Database> }) {
  return createRouter().openapi(topUp, async (c) => {
    const { memberId } = await readMember(db, c.req.valid('param').memberId)
    const { idempotencyKey, amountFen } = c.req.valid('json')
    const result = await postTransfer(db, {
      idempotencyKey: `top-up:${memberId}:${idempotencyKey}`,
      debitAccount: topUps,
      creditAccount: walletOf(memberId),
      amountFen: Fen.parse(amountFen),
      memo: `top-up ${memberId}`,
    })
    const balanceFen = Number(await balanceOf(db, walletOf(memberId)))
    return c.json({ result, balanceFen }, 200)
  })
}
