import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { startCloud } from './cloud-under-test.ts'

const program = inject('natsServer')
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A server that knows one password, which may be changed while it runs. */
async function startServer(password: string) {
  const folder = mkdtempSync(join(tmpdir(), 'forecourt-nats-'))
  const file = join(folder, 'nats.conf')
  const write = (known: string) =>
    writeFileSync(
      file,
      `jetstream { store_dir: "${folder}" }\nauthorization { user: cloud, password: "${known}" }\n`,
    )
  write(password)
  const where = ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder]
  const child = spawn(program ?? '', ['-c', file, ...where], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  closers.push(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  })
  const portsFile = join(folder, `nats-server_${child.pid}.ports`)
  while (!existsSync(portsFile)) await sleep(20)
  const ports: { nats: string[] } = JSON.parse(readFileSync(portsFile, 'utf8'))
  const address = (ports.nats[0] ?? '').replace('nats://', '')
  return {
    address,
    change: (known: string) => {
      write(known)
      child.kill('SIGHUP')
    },
  }
}

describe.skipIf(program === null)('a cloud that nats refuses', () => {
  test('says so, and takes events once the password is mended, without a restart', async () => {
    const server = await startServer('old-password')
    const cloud = await startCloud('embedded', {
      NATS_URL: `nats://cloud:new-password@${server.address}`,
    })
    closers.push(() => cloud.close())
    const readiness = async () => (await cloud.call('GET', '/readyz', undefined, null)).status
    // The client tries for two seconds before it says that it was refused.
    await sleep(3_000)
    expect(await readiness()).toBe(503)
    server.change('new-password')
    await expect.poll(readiness, { timeout: 30_000 }).toBe(200)
  }, 60_000)
})
