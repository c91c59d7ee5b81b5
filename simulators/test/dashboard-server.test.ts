import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Dashboard, startDashboard } from '../src/dashboard/index.ts'
import { viewersMax } from '../src/dashboard/stream.ts'
import { WorldError } from '../src/world/world.ts'
import { createScriptedWorld, type ScriptedWorld } from './dashboard-world.ts'

const webDirectory = mkdtempSync(join(tmpdir(), 'forecourt-page-'))
writeFileSync(join(webDirectory, 'index.html'), '<title>page</title>')
let running: Dashboard | null = null
afterEach(async () => await running?.close())
afterAll(() => rmSync(webDirectory, { recursive: true }))

async function start(world: ScriptedWorld): Promise<string> {
  const log = pino({ level: 'silent' })
  running = await startDashboard({ world, host: '127.0.0.1', port: 0, log, webDirectory })
  return `http://127.0.0.1:${running.port}`
}

const post = (base: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/api/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

/** Reads snapshots off a stream until one satisfies. */
async function follow(
  response: Response,
  isLast: (snapshot: { autopilot: string; counts: { refuels: number } }) => boolean,
): Promise<number[]> {
  const seen: number[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '))
      if (data === undefined) continue
      const snapshot = JSON.parse(data.slice('data: '.length))
      seen.push(snapshot.counts.refuels)
      if (isLast(snapshot)) return seen
    }
  }
  return seen
}

describe('the dashboard server', () => {
  it('shows the world as it is', async () => {
    const world = createScriptedWorld()
    const response = await fetch(`${await start(world)}/api/world`)
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(world.snapshot())))
  })

  it('does what it is asked, and says nothing more than that', async () => {
    const world = createScriptedWorld()
    const base = await start(world)
    const response = await post(base, '{"type":"lift","fuellingPoint":3,"nozzle":2}')
    expect(response.status).toBe(204)
    expect(world.asked).toEqual([{ type: 'lift', fuellingPoint: 3, nozzle: 2 }])
  })

  it.each([
    ['{"type":"lift","fuellingPoint":"three","nozzle":2}', 'fuellingPoint'],
    ['{"type":"explode"}', 'type'],
    ['{"type":"squeeze","fuellingPoint":1,"litres":-4}', 'litres'],
    ['not json', 'expected'],
  ])('refuses %s and names what is wrong', async (body, named) => {
    const world = createScriptedWorld()
    const response = await post(await start(world), body)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem: unknown = await response.json()
    expect(problem).toMatchObject({ type: 'bad_action', status: 400 })
    expect(problem).toHaveProperty('detail', expect.stringContaining(named))
    expect(world.asked).toEqual([])
  })

  it("passes the world's own refusal on, with its code", async () => {
    const world = createScriptedWorld()
    world.refuseNext(new WorldError('bay_taken', 'a car stands at fuelling point 1'))
    const base = await start(world)
    const body = '{"type":"send_car","fuellingPoint":1,"memberId":null}'
    const response = await post(base, body)
    expect(response.status).toBe(409)
    expect(await response.json()).toEqual({
      type: 'bay_taken',
      status: 409,
      detail: 'a car stands at fuelling point 1',
    })
  })

  it("lets no other site's script drive the forecourt", async () => {
    const world = createScriptedWorld()
    const base = await start(world)
    const foreign = await post(base, '{"type":"restart_edge"}', { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    expect(world.asked).toEqual([])
    const own = await post(base, '{"type":"restart_edge"}', { origin: base })
    expect(own.status).toBe(204)
  })

  it('refuses a body that is too long to be an action', async () => {
    const response = await post(await start(createScriptedWorld()), `"${'x'.repeat(5_000)}"`)
    expect(response.status).toBe(413)
  })

  it('streams a burst of changes as one snapshot, the newest', async () => {
    const world = createScriptedWorld()
    const base = await start(world)
    const response = await fetch(`${base}/api/world/stream`)
    const counts = world.snapshot().counts
    const burst = () => {
      for (let refuels = 201; refuels <= 300; refuels++)
        world.set({ counts: { ...counts, refuels } })
    }
    const seen = await follow(response, (snapshot) => {
      if (snapshot.counts.refuels === 128) burst()
      return snapshot.counts.refuels === 300
    })
    expect(seen).toEqual([128, 300])
  })

  it('forgets a page that was closed', async () => {
    const world = createScriptedWorld()
    const base = await start(world)
    const leaving = new AbortController()
    const response = await fetch(`${base}/api/world/stream`, { signal: leaving.signal })
    await follow(response, () => true)
    expect(response.ok).toBe(true)
    leaving.abort()
    await expect.poll(() => world.watchers()).toBe(0)
  })

  it('refuses the page after the last it has room for', async () => {
    const base = await start(createScriptedWorld())
    const open = Array.from({ length: viewersMax }, () => fetch(`${base}/api/world/stream`))
    for (const response of await Promise.all(open)) expect(response.status).toBe(200)
    const refused = await fetch(`${base}/api/world/stream`)
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ type: 'too_many_viewers' })
  })

  it('serves the page under a policy that lets in no foreign script', async () => {
    const response = await fetch(`${await start(createScriptedWorld())}/`)
    expect(await response.text()).toContain('<title>page</title>')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  it('answers health checks, and a problem for what is not there', async () => {
    const base = await start(createScriptedWorld())
    expect((await fetch(`${base}/healthz`)).status).toBe(200)
    const missing = await fetch(`${base}/api/nothing`)
    expect(missing.status).toBe(404)
    expect(await missing.json()).toMatchObject({ type: 'not_found' })
  })
})
