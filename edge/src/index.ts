/** One gateway for one station, for programs and tests that start it in their own process. */
export { StationConfig } from './config.ts'
export { type Station, type StationParts, startStation } from './station.ts'
