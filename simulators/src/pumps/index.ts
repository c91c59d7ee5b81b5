export { createPumpServer } from './pump-server.ts'
export type {
  Delivery,
  PumpFigures,
  PumpServerOptions,
  PumpSimulator,
} from './pump-simulator.ts'
