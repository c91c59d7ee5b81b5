import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import { adminOnly, createRouter, jsonBody, problemBody } from '../http/router.ts'
import { readAccount } from './account.repo.ts'
import { termsOf } from './accounts.ts'
import { LedgerError } from './errors.ts'
import type { LedgerTables } from './ledger.schema.ts'
import { verifyLedger } from './verification.repo.ts'

const Account = z
  .object({
    account: z.string(),
    kind: z.enum(['asset', 'liability', 'revenue']),
    balanceFen: z.int().describe('Credits less debits: a wallet with money in it is positive'),
    seq: z.int().describe('How many postings the account has; 0 when it was never used'),
    headHash: z.string(),
    postings: z.array(
      z.object({
        seq: z.int(),
        amountFen: z.int().describe('Signed: a credit is positive'),
        balanceAfterFen: z.int(),
        idempotencyKey: z.string(),
        memo: z.string(),
        at: z.iso.datetime(),
        hash: z.string(),
      }),
    ),
  })
  .openapi('LedgerAccount')

const Verification = z
  .object({
    accounts: z.int(),
    transfers: z.int(),
    postings: z.int(),
    totalFen: z.int().describe('The sum over all accounts; anything but 0 is a fault'),
    firstBad: z.object({ account: z.string(), seq: z.int(), why: z.string() }).nullable(),
  })
  .openapi('LedgerVerification')

const getAccount = createRoute({
  tags: ['Ledger'],
  method: 'get',
  path: '/ledger/accounts/{account}',
  security: adminOnly,
  summary: 'Read what an account holds and its newest postings',
  request: {
    params: z.object({ account: z.string().min(1).max(80) }),
    query: z.object({ limit: z.coerce.number().int().min(0).max(500).default(50) }),
  },
  responses: {
    200: jsonBody('The account', Account),
    404: problemBody('`account_unknown`'),
  },
})

const getVerification = createRoute({
  tags: ['Ledger'],
  method: 'get',
  path: '/ledger/verification',
  security: adminOnly,
  summary: 'Recompute the whole ledger and name the first bad row',
  responses: {
    200: jsonBody('What was checked, and what was found', Verification),
  },
})

/** Reading the ledger. Mounted under `/v1` behind the operator's credential; there is no writing. */
export function ledgerRoutes({ db }: { readonly db: Kysely<LedgerTables> }) {
  return createRouter()
    .openapi(getAccount, async (c) => {
      const { account } = c.req.valid('param')
      const terms = termsOf(account)
      if (terms === null) throw new LedgerError('account_unknown', { account })
      const { limit } = c.req.valid('query')
      return c.json({ ...(await readAccount(db, account, limit)), kind: terms.kind }, 200)
    })
    .openapi(getVerification, async (c) => {
      const { firstBad, ...found } = await verifyLedger(db)
      const bad = firstBad && { ...firstBad, seq: Number(firstBad.seq) }
      return c.json({ ...found, totalFen: Number(found.totalFen), firstBad: bad }, 200)
    })
}
