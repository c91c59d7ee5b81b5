import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Box, MemberCard } from '../box/index.ts'
import { contractsOf } from './gather-audit.ts'
import { type PayBehaviour, WorldError } from './world.ts'

/** How the members pay, and what is in their wallets. */
export type Payments = {
  behaviourOf(memberId: string): PayBehaviour | null
  balanceOf(memberId: string): number | null
  /** @throws {WorldError} `no_such_member`, `no_provider_contract` */
  setBehaviour(memberId: string, behaviour: PayBehaviour): Promise<void>
  /** Asks for the wallets' balances; a low one is topped up, as members do. */
  refresh(): Promise<void>
  /** Which member pays by which contract. */
  readonly contracts: ReadonlyMap<string, string>
}

const lowFen = 30_000
const topUpFen = 100_000

export async function createPayments(deps: {
  readonly box: Box
  readonly members: readonly MemberCard[]
  readonly log: Logger
}): Promise<Payments> {
  const { box, members, log } = deps
  const contracts = contractsOf(members)
  const wallets = members.filter(({ payment }) => payment.kind === 'stored_value')
  const behaviours = new Map<string, PayBehaviour>([...contracts.keys()].map((id) => [id, 'pays']))
  const balances = new Map<string, number>()

  const refreshOne = async ({ memberId }: MemberCard) => {
    const balanceFen = await box.cloudApi.balanceFen(memberId)
    if (balanceFen === null) return
    balances.set(memberId, balanceFen)
    if (balanceFen >= lowFen) return
    const topUp = { idempotencyKey: `top-up-${randomUUID()}`, amountFen: topUpFen }
    await box.cloudApi.topUp(memberId, topUp)
    log.info({ memberId, amountFen: topUpFen }, 'wallet topped up')
  }
  const refresh = async () => {
    await Promise.all(wallets.map(refreshOne))
  }
  await refresh()
  return {
    contracts,
    behaviourOf: (memberId) => behaviours.get(memberId) ?? null,
    balanceOf: (memberId) => balances.get(memberId) ?? null,
    setBehaviour: async (memberId, behaviour) => {
      const contractId = contracts.get(memberId)
      if (contractId === undefined) throw withoutContract(members, memberId)
      await box.sandboxApi.setBehaviour(contractId, behaviour)
      behaviours.set(memberId, behaviour)
    },
    refresh,
  }
}

function withoutContract(members: readonly MemberCard[], memberId: string): WorldError {
  const member = members.find((card) => card.memberId === memberId)
  if (member === undefined)
    return new WorldError('no_such_member', `there is no member ${memberId}`)
  const detail = `${member.displayName} pays from the wallet; no provider to misbehave`
  return new WorldError('no_provider_contract', detail)
}
