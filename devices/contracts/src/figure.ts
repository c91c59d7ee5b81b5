/** One measured figure against its budget, as every `bench/*.ts` gives it to `npm run bench`. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly budget: number
  /** Whether the value may not exceed the budget (`max`), or not stay below it (`min`). */
  readonly bound: 'max' | 'min'
  /** False when the budget is broken. */
  readonly ok: boolean
  /** What was compared or how it was measured. */
  readonly note: string
}
