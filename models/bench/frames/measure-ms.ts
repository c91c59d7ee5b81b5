/** What repeated calls took: the middle one by the clock, and processor time of all threads. */
export type Taken = { readonly medianMs: number; readonly processorMs: number }

type Repetition = { readonly warmUps: number; readonly rounds: number }

/**
 * Runs a call again and again. Processor time does not count what else the machine does, so it
 * is what a budget can be held against; the clock is told beside it.
 */
export async function measureMs(
  call: (round: number) => Promise<unknown>,
  { warmUps, rounds }: Repetition,
): Promise<Taken> {
  for (let round = 0; round < warmUps; round++) await call(round)
  const clocks: number[] = []
  const processors: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [usage, startedAtMs] = [process.cpuUsage(), performance.now()]
    await call(round)
    clocks.push(performance.now() - startedAtMs)
    const { user, system } = process.cpuUsage(usage)
    processors.push((user + system) / 1_000)
  }
  return { medianMs: medianOf(clocks), processorMs: medianOf(processors) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
