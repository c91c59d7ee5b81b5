export { createWorld, type WorldOptions } from './create-world.ts'
