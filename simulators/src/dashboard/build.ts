import { execFile } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Logger } from 'pino'

const simulators = join(import.meta.dirname, '../..')
/** Where the built page lies; git ignores it. */
export const builtDirectory = join(simulators, 'dist/dashboard')
/** Whatever the page is made of: its own sources, the shared language, the bundler's settings. */
const sources = [
  'src/dashboard/web/**/*',
  'src/dashboard/bundle.ts',
  'package.json',
  '../devices/contracts/src/*.ts',
]
const bundleTimeoutMs = 60_000

/**
 * Builds the page when it is missing or older than its sources, and answers where it lies.
 * The bundler runs in a process of its own: it would change this one's NODE_ENV, and its
 * memory is given back.
 *
 * @throws the bundler's own message when it fails.
 */
export async function buildDashboard(log: Logger): Promise<string> {
  if (isFresh()) return builtDirectory
  log.info('building the dashboard page')
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'bundle.ts')], {
    cwd: simulators,
    env: { NODE_ENV: 'production' },
    timeout: bundleTimeoutMs,
  })
  return builtDirectory
}

function isFresh(): boolean {
  const page = join(builtDirectory, 'index.html')
  if (!existsSync(page)) return false
  const builtAtMs = statSync(page).mtimeMs
  return globSync(sources, { cwd: simulators }).every(
    (path) => statSync(join(simulators, path)).mtimeMs <= builtAtMs,
  )
}
