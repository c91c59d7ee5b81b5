import { execFile } from 'node:child_process'
import { join } from 'node:path'

const refuels = 20
const root = join(import.meta.dirname, '../..')

/**
 * Budget, at a 200 ms poll: the hang-up is seen after 100 ms on average and 200 ms at most; a
 * controller without transaction numbers must show it twice, which is 200 ms more; our commit,
 * the uplink, the cloud's transaction, the charge and the ledger may take 200 ms. So half of
 * all refuels within 500 ms; and 1,500 ms for the slowest of twenty, which leaves a late plate a
 * second's grace.
 */
const budgetMs = { p50: 500, p99: 1_500 } as const

export async function bench() {
  const entry = join(root, 'simulators/src/refuel/main.ts')
  const stdout = await run([entry, '--refuels', String(refuels), '--seed', '7', '--json'])
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
    readonly charged: number
    readonly hangUpToChargedMs: { readonly p50: number; readonly p99: number }
  }
  const { p50, p99 } = result.hangUpToChargedMs
  const note = `${result.charged} of ${refuels} charged; four pumps polled every 200 ms, HTTP, PGlite`
  return [
    figure('hang-up to charged, p50', p50, budgetMs.p50, note),
    figure('hang-up to charged, p99', p99, budgetMs.p99, note),
  ]
}

/** What it printed; its exit code only says that some refuel was not charged, as the note does. */
function run(args: readonly string[]): Promise<string> {
  const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout))
  })
}

function figure(name: string, value: number, budget: number, note: string) {
  return { name, value, unit: 'ms', budget, bound: 'max', ok: value <= budget, note }
}
