import { claimPort } from './free-port.ts'
import { type BoxFuellingPoint, type BoxPorts, controllersOf } from './layout.ts'

/**
 * Turns wanted ports into real ones, before anything starts: a taken port is told at once, and
 * a process that starts again finds its old port.
 *
 * @throws {PortTakenError}
 */
export async function claimPorts(
  wanted: BoxPorts,
  points: readonly BoxFuellingPoint[],
): Promise<BoxPorts> {
  const ports = {
    cloud: await claimPort('cloud', wanted.cloud),
    edge: await claimPort('edge', wanted.edge),
    sandbox: await claimPort('sandbox', wanted.sandbox),
    mqtt: await claimPort('mqtt', wanted.mqtt),
    cameras: await claimPort('cameras', wanted.cameras),
    proxy: await claimPort('proxy', wanted.proxy),
  }
  // Devices take their free ports themselves; nobody needs to find them at the same place again.
  if (wanted.modbus === 0) return { ...ports, modbus: 0 }
  for (const index of controllersOf(points).keys()) {
    await claimPort('modbus', wanted.modbus + index)
  }
  return { ...ports, modbus: wanted.modbus }
}
