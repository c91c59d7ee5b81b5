import { claimPort } from './free-port.ts'
import { type BoxFuellingPoint, controllersOf } from './layout.ts'

type Wanted<Purpose extends string> = Readonly<Record<Purpose | 'modbus', number>>

/**
 * Turns wanted ports into real ones, before anything starts: a taken port is told at once, and
 * a process that starts again finds its old port.
 *
 * @throws {PortTakenError}
 */
export async function claimPorts<Purpose extends string>(
  wanted: Wanted<Purpose>,
  site: { readonly points: readonly BoxFuellingPoint[]; readonly listenOn: string },
): Promise<Wanted<Purpose>> {
  const { modbus } = wanted
  const claimed: [string, number][] = []
  for (const [purpose, port] of Object.entries<number>(wanted)) {
    if (purpose !== 'modbus') claimed.push([purpose, await claimPort(purpose, port, site.listenOn)])
  }
  // Devices take their free ports themselves; nobody needs to find them at the same place again.
  const pumps = modbus === 0 ? [] : controllersOf(site.points)
  for (const index of pumps.keys()) await claimPort('modbus', modbus + index, site.listenOn)
  return { ...wanted, ...Object.fromEntries(claimed) }
}
