/** What repeated calls took: the middle one by the clock, and processor time of all threads. */
export type Taken = { readonly medianMs: number; readonly processorMs: number }

type Call = () => Promise<unknown>
type Repetition = { readonly warmUps: number; readonly rounds: number }
type Times = { readonly clocksMs: number[]; readonly processorsMs: number[] }

/**
 * Runs a call again and again. Processor time does not count what else the machine does, so it
 * is what a budget can be held against; the clock is told beside it.
 */
export async function measureMs(call: Call, repetition: Repetition): Promise<Taken> {
  const [taken] = await measureInTurn([call], repetition)
  return taken
}

/**
 * Runs calls in turn, so that each is measured over the whole time and all over the same: a host
 * shared with others is at times slower for a second, which counts as processor time too.
 */
export async function measureInTurn<const Calls extends readonly [Call, ...Call[]]>(
  calls: Calls,
  { warmUps, rounds }: Repetition,
): Promise<{ readonly [Index in keyof Calls]: Taken }>
export async function measureInTurn(
  calls: readonly Call[],
  { warmUps, rounds }: Repetition,
): Promise<readonly Taken[]> {
  for (let round = 0; round < warmUps; round++) for (const call of calls) await call()
  const times = calls.map((): Times => ({ clocksMs: [], processorsMs: [] }))
  for (let round = 0; round < rounds; round++)
    for (const [index, call] of calls.entries()) await measureOnce(call, times[index])
  return times.map(({ clocksMs, processorsMs }) => ({
    medianMs: medianOf(clocksMs),
    processorMs: medianOf(processorsMs),
  }))
}

async function measureOnce(call: Call, times: Times | undefined): Promise<void> {
  const [usage, startedAtMs] = [process.cpuUsage(), performance.now()]
  await call()
  times?.clocksMs.push(performance.now() - startedAtMs)
  const { user, system } = process.cpuUsage(usage)
  times?.processorsMs.push((user + system) / 1_000)
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
