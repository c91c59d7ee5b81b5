import type { CloudApi, MemberCard } from './cloud-api.ts'
import type { SandboxApi } from './sandbox-api.ts'

/** Where the station's token stays; the cloud tells it only once. */
export type TokenKeeper = {
  /** For people, when it got lost. */
  readonly place: string
  readonly kept: string | null
  keep(token: string): Promise<void>
}

/** Members registered at once; more would only queue in the cloud. */
const registrationsAtOnceMax = 8

/**
 * Makes the station and its members known to cloud and provider. Doing it again changes nothing.
 *
 * @returns The station's token.
 * @throws {Error} when the station is known but its token was lost.
 */
export async function registerStation(setting: {
  readonly stationId: string
  readonly tokenKeeper: TokenKeeper
  readonly members: readonly MemberCard[]
  readonly cloudApi: CloudApi
  readonly sandboxApi: SandboxApi
}): Promise<string> {
  const { cloudApi, sandboxApi, members } = setting
  const token = await stationTokenOf(setting)
  for (let start = 0; start < members.length; start += registrationsAtOnceMax) {
    const batch = members.slice(start, start + registrationsAtOnceMax)
    await Promise.all(batch.map((card) => registerMember({ cloudApi, sandboxApi }, card)))
  }
  return token
}

/** The provider gets to know a contract before the cloud may charge it. */
export async function registerMember(
  apis: { readonly cloudApi: CloudApi; readonly sandboxApi: SandboxApi },
  card: MemberCard,
): Promise<void> {
  if (card.payment.kind === 'sandbox') {
    await apis.sandboxApi.setBehaviour(card.payment.contractId, 'pays')
  }
  await apis.cloudApi.registerMember(card)
}

async function stationTokenOf(setting: {
  readonly stationId: string
  readonly tokenKeeper: TokenKeeper
  readonly cloudApi: CloudApi
}): Promise<string> {
  const { stationId, tokenKeeper, cloudApi } = setting
  const issued = await cloudApi.registerStation({ stationId, name: 'Demo station' })
  const token = issued ?? tokenKeeper.kept
  if (token === null) {
    throw new Error(
      `the cloud knows station ${stationId}, but its token is not in ${tokenKeeper.place}: ` +
        'use the folder it was registered from, or an empty database',
    )
  }
  if (issued !== null) await tokenKeeper.keep(issued)
  return token
}
