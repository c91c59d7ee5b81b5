export { createPumpServer } from './pump-server.ts'
export type {
  Delivery,
  PumpFigures,
  PumpServerOptions,
  PumpSimulator,
  SimulatedPump,
} from './pump-simulator.ts'
