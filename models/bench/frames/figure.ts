import type { Taken } from './measure-ms.ts'

/** One measured figure against its budget, as `npm run bench` prints it. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly budget: number
  readonly bound: 'max' | 'min'
  readonly ok: boolean
  readonly note: string
}

/** Processor time at its median against a budget; the clock's median goes to the note. */
export function toMsFigure(
  name: string,
  { medianMs, processorMs }: Taken,
  { budgetMs, note }: { readonly budgetMs: number; readonly note: string },
): Figure {
  return {
    name,
    value: round(processorMs),
    unit: 'ms',
    budget: budgetMs,
    bound: 'max',
    ok: processorMs <= budgetMs,
    note: `${note}; ${round(medianMs)} ms by the clock`,
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}
