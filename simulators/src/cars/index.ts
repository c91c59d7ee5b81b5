export { type Car, type CarOptions, createCar } from './car.ts'
export type { CarState, Place } from './car-model.ts'
