import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { inheritedEnv } from '../src/box/config.ts'
import { claimPort } from '../src/box/free-port.ts'
import { loadSettings } from '../src/start/config.ts'
import type { WorldSnapshot } from '../src/world/world.ts'

const root = join(import.meta.dirname, '../..')
const data = mkdtempSync(join(tmpdir(), 'forecourt-start-'))
const longMs = 180_000
const patience = { timeout: 90_000, interval: 200 }

const purposes = ['dashboard', 'cloud', 'edge', 'sandbox', 'mqtt'] as const
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

/** Starts the product as `npm start` does, on free ports. */
async function startProduct() {
  const ports: Record<string, number> = {}
  for (const purpose of purposes) ports[purpose] = await claimPort(purpose, 0)
  const flags = purposes.flatMap((purpose) => [`--${purpose}-port`, `${ports[purpose]}`])
  const fixed = ['--modbus-port', '0', '--data', data, '--time-scale', '8']
  const child = spawn(process.execPath, ['simulators/src/start/main.ts', ...flags, ...fixed], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: inheritedEnv(),
  })
  started.push(child)
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
  const said = () => lines.join('\n')
  await expect.poll(said, patience).toContain('dashboard')
  const base = `http://127.0.0.1:${ports['dashboard']}`
  return {
    child,
    said,
    ports: Object.values(ports),
    world: async () => (await (await fetch(`${base}/api/world`)).json()) as WorldSnapshot,
    act: (action: unknown) =>
      fetch(`${base}/api/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(action),
      }),
  }
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined))
    socket.on('error', () => resolve(false))
  })

const impossible = [
  [{ type: 'lift', fuellingPoint: 9, nozzle: 1 }, 'no_such_fuelling_point'],
  [{ type: 'lift', fuellingPoint: 1, nozzle: 8 }, 'no_such_nozzle'],
  [{ type: 'send_car', fuellingPoint: 9, memberId: null }, 'no_such_fuelling_point'],
  [{ type: 'send_car', fuellingPoint: 1, memberId: 'nobody' }, 'no_such_member'],
  [{ type: 'drive_off', fuellingPoint: 9 }, 'no_car'],
  [{ type: 'hang_up', fuellingPoint: 9 }, 'no_such_fuelling_point'],
  [{ type: 'set_behaviour', memberId: 'demo-1', behaviour: 'pays' }, 'no_provider_contract'],
] as const

describe('npm start', () => {
  test(
    'charges a first refuel by itself, obeys the dashboard, and leaves no port behind',
    async () => {
      const product = await startProduct()
      await expect.poll(product.said, patience).toContain('first refuel charged after')
      expect((await product.act({ type: 'set_autopilot', autopilot: 'off' })).ok).toBe(true)
      expect((await product.act({ type: 'set_uplink', uplink: 'cut' })).ok).toBe(true)
      for (const [action, code] of impossible) {
        const answer = await product.act(action)
        expect({ action, problem: await answer.json() }).toMatchObject({ problem: { type: code } })
      }
      const { counts, autopilot, uplink } = await product.world()
      expect({ autopilot, uplink }).toEqual({ autopilot: 'off', uplink: 'cut' })
      expect(counts).toMatchObject({ lost: 0, doubleCharged: 0, wrongAmount: 0 })
      expect(counts.charged).toBeGreaterThanOrEqual(1)

      const ended = once(product.child, 'exit')
      product.child.kill('SIGINT')
      expect((await ended)[0], product.said()).toBe(0)
      for (const port of product.ports) expect(await isOpen(port)).toBe(false)
    },
    longMs,
  )

  test(
    'begun again on the same data meets its members, and its meters count on',
    async () => {
      const product = await startProduct()
      await expect.poll(product.said, patience).toContain('first refuel charged after')
      const { counts, station } = await product.world()
      expect(counts).toMatchObject({ lost: 0, doubleCharged: 0, wrongAmount: 0 })
      expect(station?.steps.map(({ code }) => code)).not.toContain('alarm')
      expect(product.said()).not.toMatch(/receipt R\d+-0*1 /)
      const ended = once(product.child, 'exit')
      product.child.kill('SIGTERM')
      expect((await ended)[0]).toBe(0)
    },
    longMs,
  )

  test(
    'begun again without the gateway’s own store still charges',
    async () => {
      rmSync(join(data, 'edge'), { recursive: true })
      const product = await startProduct()
      await expect.poll(product.said, patience).toContain('first refuel charged after')
      expect((await product.world()).counts).toMatchObject({ doubleCharged: 0, wrongAmount: 0 })
    },
    longMs,
  )

  test('names every wrong flag, and explains itself', () => {
    expect(() => loadSettings(['--cloud-port', '70000', '--uplink', 'pigeon'])).toThrow(
      /cloud-port[\s\S]*uplink|uplink[\s\S]*cloud-port/,
    )
    expect(() => loadSettings(['--cloud-port', '8090', '--mqtt-port', '8090'])).toThrow(
      /--cloud-port and --mqtt-port are all 8090/,
    )
    expect(loadSettings(['--help'])).toBe('help')
  })
})
