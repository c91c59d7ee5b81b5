import { z } from 'zod'
import type { BookedCharge } from '../judge/index.ts'
import type { PayBehaviour } from '../world/world.ts'
import { createCaller } from './http-call.ts'

/** The payment sandbox's control plane: how it treats a contract, and its own book. */
export type SandboxApi = {
  setBehaviour(contractId: string, behaviour: PayBehaviour): Promise<void>
  book(): Promise<readonly BookedCharge[]>
}

const Book = z.object({
  charges: z.array(
    z.object({
      outTradeNo: z.string(),
      contractId: z.string(),
      takenTimes: z.number().int().nonnegative(),
      takenFen: z.number().int().nonnegative(),
    }),
  ),
})

export function createSandboxApi(baseUrl: string): SandboxApi {
  const call = createCaller(baseUrl, null)
  return {
    setBehaviour: async (contractId, behaviour) => {
      const path = `/control/contracts/${contractId}`
      await call({ method: 'PUT', path, body: { behaviour } }, z.unknown())
    },
    book: async () => (await call({ method: 'GET', path: '/control/charges' }, Book)).charges,
  }
}
