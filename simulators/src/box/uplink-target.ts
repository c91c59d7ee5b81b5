import { type BoxPorts, host } from './layout.ts'
import { startNats } from './nats.ts'

/** What stands behind the uplink's line: the cloud itself, or a NATS server both reach. */
export type UplinkTarget = {
  readonly address: { readonly host: string; readonly port: number }
  /** For the cloud; null when it is reached by HTTP only. */
  readonly natsUrl: string | null
  close(): Promise<void>
}

/** @throws {Error} when `nats` is wanted and neither given nor installed. */
export async function openUplinkTarget(setting: {
  readonly uplink: 'http' | 'nats'
  readonly natsUrl: string | null
  readonly ports: BoxPorts
  readonly dataDirectory: string
}): Promise<UplinkTarget> {
  const nothing = async () => undefined
  if (setting.uplink === 'http') {
    const address = { host, port: setting.ports.cloud }
    return { address, natsUrl: setting.natsUrl, close: nothing }
  }
  if (setting.natsUrl !== null) {
    const url = new URL(setting.natsUrl)
    const address = { host: url.hostname, port: Number(url.port || '4222') }
    return { address, natsUrl: setting.natsUrl, close: nothing }
  }
  const server = await startNats(setting.dataDirectory)
  const address = { host, port: server.port }
  return { address, natsUrl: `nats://${host}:${server.port}`, close: server.close }
}
