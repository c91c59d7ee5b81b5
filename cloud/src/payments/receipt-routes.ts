import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { ProblemError } from '../http/problem-error.ts'
import { adminOnly, createRouter, problemBody } from '../http/router.ts'
import { toReceiptPage } from './receipt-page.ts'
import { findReceipt, MemberReceipt } from './receipts.repo.ts'

const read = createRoute({
  tags: ['Payments'],
  method: 'get',
  path: '/receipts/{receiptNumber}',
  summary: 'Read a receipt; `accept: text/html` gives one to print',
  security: adminOnly,
  request: { params: z.object({ receiptNumber: z.string().max(32) }) },
  responses: {
    200: {
      description: 'The receipt as it was issued',
      content: {
        'application/json': { schema: MemberReceipt },
        'text/html': { schema: z.string() },
      },
    },
    404: problemBody('`receipt_unknown`'),
  },
})

export function receiptRoutes({ db }: { readonly db: Kysely<Database> }) {
  return createRouter().openapi(read, async (c) => {
    const { receiptNumber } = c.req.valid('param')
    const receipt = await findReceipt(db, receiptNumber)
    if (!receipt) throw new ProblemError('receipt_unknown', `No receipt ${receiptNumber}.`)
    const wantsPage = (c.req.header('accept') ?? '').includes('text/html')
    return wantsPage ? c.html(toReceiptPage(receipt), 200) : c.json(receipt, 200)
  })
}
