import type { Logger } from 'pino'
import { createCameraServer } from '../cameras/index.ts'
import { createTcpProxy } from '../faults/tcp-proxy.ts'
import type { Box, Closer } from './box.ts'
import { type BoxFuellingPoint, type BoxPorts, cameraIdOf } from './layout.ts'
import { createPumpBank } from './pump-bank.ts'

/** Opens what stands on the forecourt: pumps, cameras, and the line out that can be cut. */
export async function openDevices(
  setting: {
    /** The address all of them listen on. */
    readonly listenOn: string
    readonly ports: Pick<BoxPorts, 'modbus' | 'cameras' | 'proxy'>
    readonly points: readonly BoxFuellingPoint[]
    readonly timeScale: number
    readonly seed: number
    /** The meters go on from what is kept here. */
    readonly dataDirectory: string
    /** What the line leads to. */
    readonly target: { readonly host: string; readonly port: number }
    readonly log: Logger
  },
  onOpened: (closer: Closer) => void,
): Promise<Pick<Box, 'pumps' | 'cameras' | 'proxy'>> {
  const { listenOn: host, ports, points, target } = setting
  const pumps = await createPumpBank({ ...setting, port: ports.modbus })
  onOpened(pumps.close)
  const cameraIds = points.map(({ fuellingPoint }) => cameraIdOf(fuellingPoint))
  const cameras = await createCameraServer({ ...setting, host, port: ports.cameras, cameraIds })
  onOpened(cameras.close)
  const proxy = await createTcpProxy({ host, port: ports.proxy, target })
  onOpened(proxy.close)
  return { pumps, cameras, proxy }
}
