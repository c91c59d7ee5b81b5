import type { CloudApi, MemberCard } from './cloud-api.ts'
import type { SandboxApi } from './sandbox-api.ts'
import { type BoxSecrets, secretsFile, writeSecrets } from './secrets.ts'

/** Members registered at once; more would only queue in the cloud. */
const registrationsAtOnceMax = 8

/**
 * Makes the station and its members known to cloud and provider. Doing it again changes nothing.
 *
 * @returns The station's token.
 * @throws {Error} when the station is known but its token was lost with its data folder.
 */
export async function registerStation(setting: {
  readonly stationId: string
  readonly dataDirectory: string
  readonly secrets: BoxSecrets
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
  readonly dataDirectory: string
  readonly secrets: BoxSecrets
  readonly cloudApi: CloudApi
}): Promise<string> {
  const { stationId, dataDirectory, secrets, cloudApi } = setting
  const issued = await cloudApi.registerStation({ stationId, name: 'Demo station' })
  const token = issued ?? secrets.stationToken
  if (token === null) {
    throw new Error(
      `the cloud knows station ${stationId}, but its token is not in ${secretsFile(dataDirectory)}: ` +
        'use the data folder it was registered from, or an empty database',
    )
  }
  if (issued !== null) await writeSecrets(dataDirectory, { ...secrets, stationToken: issued })
  return token
}
