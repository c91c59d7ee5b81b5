/**
 * The words devices, edge and cloud share. Pure data and pure functions: this package
 * imports zod and nothing else, so that everything may import it.
 */
export * from './errors.ts'
export * from './events.ts'
export * from './identity.ts'
export * from './ids.ts'
export * from './nats-address.ts'
export * from './plate.ts'
export * from './plate-reader.ts'
export * from './pump.ts'
export * from './sale.ts'
export * from './settlement.ts'
export * from './station-snapshot.ts'
export * from './subjects.ts'
export * from './units.ts'
export * from './uplink.ts'
export * from './vehicle.ts'
