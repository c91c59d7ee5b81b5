export type {
  Delivery,
  PumpFigures,
  PumpServerOptions,
  PumpSimulator,
  SimulatedPump,
} from './pump-simulator.ts'
