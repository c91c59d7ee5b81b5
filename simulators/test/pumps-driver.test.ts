import { createModbusPump, loadProfile } from '@forecourt/drivers'
import { describePumpDriver } from '../../devices/drivers/test/pump-conformance.ts'
import { createPumpServer } from '../src/pumps/index.ts'
import { untilDelivered } from './pumps-wait.ts'

describePumpDriver('the Modbus pump before a simulated controller', async () => {
  const simulator = await createPumpServer({
    host: '127.0.0.1',
    port: 0,
    profile: 'forecourt-v1',
    seed: 7,
    timeScale: 500,
    pumps: [
      {
        unitId: 1,
        fuellingPoint: 1,
        nozzles: [{ nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 }],
        requiresAuthorisation: false,
      },
      {
        unitId: 2,
        fuellingPoint: 2,
        nozzles: [
          { nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 },
          { nozzle: 2, grade: '95', unitPriceFenPerLitre: 839 },
        ],
        requiresAuthorisation: true,
      },
    ],
  })
  const driver = createModbusPump({
    controllerId: 'pump-a',
    line: { kind: 'modbus-tcp', host: '127.0.0.1', port: simulator.port },
    profile: loadProfile('forecourt-v1'),
    fuellingPoints: [
      { fuellingPoint: 1, unitId: 1, nozzles: [1] },
      { fuellingPoint: 2, unitId: 2, nozzles: [1, 2] },
    ],
  })
  return {
    driver,
    lift: simulator.lift,
    deliver: (fuellingPoint, volumeMl) => untilDelivered(simulator, fuellingPoint, volumeMl),
    hangUp: simulator.hangUp,
    cutLine: async () => simulator.freeze(),
    dispose: async () => {
      await driver.close()
      await simulator.close()
    },
  }
})
