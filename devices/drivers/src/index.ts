/**
 * Wires to contracts: pumps behind Modbus or in memory, cameras behind HTTP or in a folder, and
 * the register profiles that say which number lies where.
 */
export { decodeCommand, encodeCommand } from './control.ts'
export { createFolderCamera } from './folder-camera.ts'
export { createHttpCamera } from './http-camera.ts'
export { listProfiles, loadProfile, ProfileError, parseProfile } from './load-profile.ts'
export { createMemoryPump, type MemoryPump, type MemoryPumpOptions } from './memory-pump.ts'
export { createModbusPump, type ModbusPumpOptions } from './modbus-pump.ts'
export { planReads } from './plan.ts'
export type { RegisterProfile } from './profile.ts'
export { toFieldValues, toReading } from './reading.ts'
export { encodeFields } from './registers.ts'
