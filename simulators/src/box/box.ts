import type { CameraServer } from '../cameras/index.ts'
import type { TcpProxy } from '../faults/tcp-proxy.ts'
import type { CloudApi } from './cloud-api.ts'
import type { EdgeApi } from './edge-api.ts'
import type { EdgeProcess } from './edge-process.ts'
import type { BoxFuellingPoint } from './layout.ts'
import type { PumpBank } from './pump-bank.ts'
import type { SandboxApi } from './sandbox-api.ts'

/** A whole station with its cloud around simulated devices, whoever runs gateway and cloud. */
export type Box = {
  readonly stationId: string
  readonly points: readonly BoxFuellingPoint[]
  readonly pumps: PumpBank
  readonly cameras: CameraServer
  /** The line between the gateway and the cloud (or its NATS server). */
  readonly proxy: TcpProxy
  /** Null when the gateway runs elsewhere and others start and stop it. */
  readonly edge: Pick<EdgeProcess, 'restart'> | null
  readonly cloudApi: CloudApi
  readonly sandboxApi: SandboxApi
  readonly edgeApi: EdgeApi
  /** Where connected cars reach the gateway. */
  readonly mqttUrl: string
  /** Where people find each part. */
  readonly urls: {
    readonly cloud: string
    readonly edge: string
    readonly sandbox: string
  }
  /** Ends everything started here and frees every port. Idempotent. */
  close(): Promise<void>
}

export type Closer = () => Promise<unknown>

/**
 * Opens parts in order and remembers how each is closed. When one fails, those before it are
 * closed again; the newest goes first, so that nobody loses what it depends on.
 */
export async function openInOrder<Parts>(
  open: (onOpened: (closer: Closer) => void) => Promise<Parts>,
): Promise<Parts & { close(): Promise<void> }> {
  const opened: Closer[] = []
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= closeAll(opened)
    return closing
  }
  try {
    const parts = await open((closer) => opened.push(closer))
    return { ...parts, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function closeAll(opened: readonly Closer[]): Promise<void> {
  for (const closer of opened.toReversed()) await closer()
}
