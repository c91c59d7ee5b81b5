import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const script = `
  import { createLog } from ${JSON.stringify(join(import.meta.dirname, '../src/log.ts'))}
  const log = createLog({ level: 'info', stationId: 'demo-1' })
  log.info('ready')
  process.stdin.on('end', () => {
    log.info('stopping')
    log.info('stopped') // Waits behind the other, where lines are not written at once.
    process.exit(0)
  })
  process.stdin.resume()
`

test('a process whose log nobody reads any more still ends', { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  await once(child.stdout, 'close')
  child.stdin.end()
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  expect(await ended).toEqual([0, null])
  clearTimeout(patience)
})
