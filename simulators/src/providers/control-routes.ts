import { Hono } from 'hono'
import { z } from 'zod'
import type { BookFile } from './book-file.ts'
import { Behaviour } from './charges.ts'
import { invalid } from './invalid.ts'

const ContractTerms = z.strictObject({ behaviour: Behaviour })
const ContractId = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/)

/** What a sandbox has and a real provider has not: choosing how a contract's bank behaves, and seeing every charge. */
export function createControlRoutes({ books }: { readonly books: BookFile }) {
  const { book } = books
  return new Hono()
    .put('/contracts/:contractId', async (c) => {
      const contractId = ContractId.safeParse(c.req.param('contractId'))
      const terms = ContractTerms.safeParse(await c.req.json().catch(() => undefined))
      if (!contractId.success) return c.json(invalid(contractId.error), 400)
      if (!terms.success) return c.json(invalid(terms.error), 400)
      const contract = { contractId: contractId.data, behaviour: terms.data.behaviour }
      books.write([{ kind: 'contract', ...contract }])
      return c.json(contract, 200)
    })
    .get('/contracts', (c) =>
      c.json({
        contracts: [...book.contracts].map(([contractId, behaviour]) => ({
          contractId,
          behaviour,
        })),
      }),
    )
    .get('/charges', (c) => c.json({ charges: [...book.charges.values()] }))
}
