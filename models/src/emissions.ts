import { classCount } from './alphabet.ts'

/**
 * What a recogniser saw: for every time step the natural logarithm of each class's probability,
 * row by row in the order of the alphabet. The blank stands for everything that is no character
 * of a plate: gaps, the dot, bolts.
 */
export type Emissions = { readonly steps: number; readonly log: Float32Array | Float64Array }

export function logAt(emissions: Emissions, step: number, classIndex: number): number {
  return emissions.log[step * classCount + classIndex] ?? Number.NEGATIVE_INFINITY
}
