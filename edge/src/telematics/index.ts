/**
 * Connected cars at one station: a broker that lets each car speak only for itself, and what
 * their telemetry says about who stands at a nozzle.
 */
export { createTelematics, type Telematics } from './telematics.ts'
