import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname
const example = new URL('../station.example.json', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'edge-main-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(args: readonly string[], token = 'station-token-0123456789') {
  const env = { UPLINK_TOKEN: token }
  const child = spawn(process.execPath, [main, ...args], { env, stdio: 'pipe' })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, said, ended }
}

function config(name: string, change: (config: Record<string, unknown>) => void): string {
  const station = JSON.parse(readFileSync(example, 'utf8'))
  station.dataDirectory = join(folder, name)
  station.http.port = 0
  station.mqtt.port = 0
  station.pumps[0].line.port = 1
  change(station)
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify(station))
  return path
}

describe('the edge program', () => {
  test('explains itself', async () => {
    const { said, ended } = start(['--help'])
    expect(await ended).toBe(0)
    expect(said.out).toContain('--config FILE')
  })

  test('names what is wrong with its config or arguments, without a stack, and exits with 2', async () => {
    const bad = start([
      '--config',
      config('bad', (station) => {
        station['stationId'] = 'NO'
      }),
    ])
    expect(await bad.ended).toBe(2)
    expect(bad.said.err).toContain('stationId')
    expect(bad.said.err).not.toContain('    at ')
    const unknown = start(['--colour', 'red'])
    expect(await unknown.ended).toBe(2)
    expect(unknown.said.err).toContain('--colour')
  })

  test('starts without a pump, a camera or a cloud, and stops when it is told to', async () => {
    const { child, said, ended } = start(['--config', config('alone', () => undefined)])
    await expect.poll(() => said.out, { timeout: 15_000 }).toContain('"msg":"edge ready"')
    expect(said.out).toMatch(/"port":\d+,"mqttPort":\d+/)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('a port that is taken is named with the field to change, and exits with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { said, ended } = start([
      '--config',
      config('taken', (station) => {
        station['http'] = { port }
      }),
    ])
    expect(await ended).toBe(1)
    expect(said.out).toContain('set http.port')
    taken.close()
  })
})
