import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { until } from './until.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-full-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = new URL('./selling.ts', import.meta.url).pathname

test('every sale made while the disk takes nothing is stored once it does again, each once', async () => {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const lines = () => said.split('\n').slice(0, -1)
  const sold = () => lines().filter((line) => line !== 'stuck')
  // No file of the process may grow beyond one byte: the nearest to a full disk without one.
  const letFilesGrowTo = (bytes: number | 'unlimited') =>
    execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`])

  await until(() => sold().length > 3)
  letFilesGrowTo(1)
  await until(() => lines().filter((line) => line === 'stuck').length > 2)
  const storedBefore = sold().length
  letFilesGrowTo('unlimited')
  await until(() => sold().length > storedBefore + 10)
  child.kill('SIGKILL')
  await once(child, 'close')

  expect(sold()).toEqual(sold().map((_, index) => String(index + 1)))
})
