import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import { readAccount } from './account.repo.ts'
import { termsOf } from './accounts.ts'
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

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
})

const getAccount = createRoute({
  method: 'get',
  path: '/ledger/accounts/{account}',
  summary: 'Read what an account holds and its newest postings',
  request: {
    params: z.object({ account: z.string().min(1).max(80) }),
    query: z.object({ limit: z.coerce.number().int().min(0).max(500).default(50) }),
  },
  responses: {
    200: { description: 'The account', content: { 'application/json': { schema: Account } } },
    404: {
      description: 'No account has such a name',
      content: { 'application/problem+json': { schema: Problem } },
    },
  },
})

const getVerification = createRoute({
  method: 'get',
  path: '/ledger/verification',
  summary: 'Recompute the whole ledger and name the first bad row',
  responses: {
    200: {
      description: 'What was checked, and what was found',
      content: { 'application/json': { schema: Verification } },
    },
  },
})

/** Reading the ledger. Mounted under `/v1` behind the operator's credential; there is no writing. */
export function ledgerRoutes({ db }: { readonly db: Kysely<LedgerTables> }) {
  return new OpenAPIHono()
    .openapi(getAccount, async (c) => {
      const { account } = c.req.valid('param')
      const terms = termsOf(account)
      if (terms === null) return c.json(unknownAccount(account), 404, problemJson)
      const { limit } = c.req.valid('query')
      return c.json({ ...(await readAccount(db, account, limit)), kind: terms.kind }, 200)
    })
    .openapi(getVerification, async (c) => {
      const { firstBad, ...found } = await verifyLedger(db)
      const bad = firstBad && { ...firstBad, seq: Number(firstBad.seq) }
      return c.json({ ...found, totalFen: Number(found.totalFen), firstBad: bad }, 200)
    })
}

const problemJson = { 'content-type': 'application/problem+json' } as const

const unknownAccount = (account: string) => ({
  type: 'account_unknown',
  title: 'No account has such a name',
  status: 404,
  detail: `${account} is none of wallet:…, fuel-sales:…, receivable:… or top-ups`,
})
