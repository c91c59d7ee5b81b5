import { loadProfile } from '@forecourt/drivers'
import { createForecourt } from './forecourt.ts'
import { startModbusServer } from './modbus-server.ts'
import type { PumpServerOptions, PumpSimulator } from './pump-simulator.ts'

/** How often time passes for pumps nobody looks at. */
const tickMs = 50

/**
 * Starts a simulated pump controller.
 *
 * @throws {Error} when the profile is unknown, an option is out of range or the port is taken.
 */
export async function createPumpServer(options: PumpServerOptions): Promise<PumpSimulator> {
  const { timeScale } = options
  if (!(timeScale >= 1 && timeScale <= 1_000)) {
    throw new RangeError(`timeScale is ${timeScale}; use 1 to 1000`)
  }
  const profile = loadProfile(options.profile)
  const forecourt = createForecourt(options, profile)
  const server = await startModbusServer(forecourt.bank, options)
  const timer = setInterval(forecourt.tick, tickMs)
  return {
    port: server.port,
    lift: (fuellingPoint, nozzle) => forecourt.lift(fuellingPoint, nozzle),
    squeeze: (fuellingPoint, { targetMl }) => forecourt.squeeze(fuellingPoint, targetMl),
    hangUp: (fuellingPoint) => forecourt.act(fuellingPoint, { type: 'hang_up' }),
    snapshot: forecourt.snapshot,
    deliveries: forecourt.deliveries,
    onChange: forecourt.onChange,
    freeze: server.freeze,
    thaw: server.thaw,
    close: async () => {
      clearInterval(timer)
      await server.close()
    },
  }
}
