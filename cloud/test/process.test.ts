import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { adminToken } from './cloud-under-test.ts'

const program = join(import.meta.dirname, '../src/main.ts')
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function start(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const exited = once(child, 'exit').then(([code]) => ({ code, ...said }))
  const ready = async (): Promise<number> => {
    for await (const line of createInterface(child.stdout)) {
      const entry = JSON.parse(line)
      if (entry.msg === 'cloud ready') return entry.port
    }
    throw new Error(`not ready: ${said.out}${said.err}`)
  }
  return { child, exited, ready }
}

describe('the process', () => {
  test('--help names every setting and starts nothing', async () => {
    const { code, out } = await start({}, ['--help']).exited
    expect(code).toBe(0)
    for (const name of ['CLOUD_ADMIN_TOKEN', 'DATABASE_URL', 'NATS_URL'])
      expect(out).toContain(name)
  })

  test('without an operator’s token it does not start and says what to set', async () => {
    const { code, err } = await start({ CLOUD_DATA: 'memory', CLOUD_PORT: '0' }).exited
    expect(code).toBe(2)
    expect(err).toContain('CLOUD_ADMIN_TOKEN')
  })

  test('a port that is taken ends it with the reason', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const env = { CLOUD_DATA: 'memory', CLOUD_PORT: String(port), CLOUD_ADMIN_TOKEN: adminToken }
    const { code, out } = await start(env).exited
    holder.close()
    expect(code).toBe(1)
    expect(out).toContain('EADDRINUSE')
  })

  test('a folder that another process has is left alone, and free once that one is gone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'forecourt-cloud-'))
    const env = { CLOUD_DATA: directory, CLOUD_PORT: '0', CLOUD_ADMIN_TOKEN: adminToken }
    const first = start(env)
    await first.ready()
    const { code, out } = await start(env).exited
    expect(code).toBe(1)
    expect(out).toContain(`${directory} is in use by another cloud process`)
    first.child.kill('SIGKILL')
    await first.exited
    await start(env).ready()
    rmSync(directory, { recursive: true, force: true })
  })

  test('stopped and started again on its folder it knows its stations and its key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forecourt-cloud-'))
    const env = { CLOUD_DATA: folder, CLOUD_PORT: '0', CLOUD_ADMIN_TOKEN: adminToken }
    const create = async (port: number) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/stations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ stationId: 'demo-1', name: 'Demo' }),
      })
      return response.status
    }
    const keyOf = async (port: number) =>
      (await fetch(`http://127.0.0.1:${port}/v1/vehicle-token-key`)).text()

    const first = start(env)
    const firstPort = await first.ready()
    expect(await create(firstPort)).toBe(201)
    const key = await keyOf(firstPort)
    first.child.kill('SIGTERM')
    expect((await first.exited).code).toBe(0)

    const second = start(env)
    const secondPort = await second.ready()
    expect(await create(secondPort)).toBe(409)
    expect(await keyOf(secondPort)).toBe(key)
    second.child.kill('SIGINT')
    expect((await second.exited).code).toBe(0)
    rmSync(folder, { recursive: true })
  })
})
