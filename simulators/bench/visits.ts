import { execFile } from 'node:child_process'
import { join } from 'node:path'

const visits = 6
const root = join(import.meta.dirname, '../..')

/**
 * Six cars of different kinds pass the simulated camera, thirty frames each: each must be known by
 * one plate, none taken for another. How long a frame takes is a figure of `models`; here drawing
 * shares the cores. The full run is `npm run visits -- --visits 500`.
 */
export async function bench() {
  const entry = join(root, 'simulators/src/cameras/visits/main.ts')
  const stdout = await run([entry, '--visits', String(visits), '--seed', '11', '--json'])
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
    readonly right: number
    readonly wrong: number
  }
  const note = `${visits} visits of 30 frames, 960 × 720, day and night`
  return [
    figure('visits known by one plate', result.right, { bound: 'min', budget: visits }, note),
    figure('visits taken for another', result.wrong, { bound: 'max', budget: 0 }, note),
  ]
}

/** What it printed; its exit code only says that some visit was not right, as the figures do. */
function run(args: readonly string[]): Promise<string> {
  const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout))
  })
}

function figure(
  name: string,
  value: number,
  { bound, budget }: { readonly bound: 'max' | 'min'; readonly budget: number },
  note: string,
) {
  const ok = bound === 'max' ? value <= budget : value >= budget
  return { name, value, unit: 'visits', budget, bound, ok, note }
}
