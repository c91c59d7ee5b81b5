import type { Figure } from '@forecourt/contracts/figure'
import type { Taken } from './measure-ms.ts'

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
