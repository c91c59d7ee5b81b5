import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openStore } from '../src/store/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-power-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = new URL('./committing.ts', import.meta.url).pathname
const salesMin = 200

/** Lets a gateway sell until it has acknowledged some sales, then kills it between two breaths. */
async function sellAndDie(): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > salesMin) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return said.split('\n').slice(0, -1)
}

describe('a gateway killed without a warning', () => {
  test('has every sale it acknowledged, in a database that opens again', async () => {
    const acknowledged = [...(await sellAndDie())]
    expect(acknowledged.length).toBeGreaterThanOrEqual(salesMin)
    const store = openStore({
      path: folder,
      stationId: 'demo-1',
      now: () => new Date(),
      count: () => undefined,
      onStuck: () => undefined,
    })
    expect(store.damagedPath).toBeNull()
    const kept = store.outbox.peek(100_000)
    const ids = new Set(kept.map((event) => event.eventId))
    expect(acknowledged.filter((eventId) => !ids.has(eventId))).toEqual([])
    // Sequences have no holes: an event and its number are one commit.
    for (const point of [1, 2, 3]) {
      const seqs = kept.filter((event) => event.fuellingPoint === point).map((event) => event.seq)
      expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    }
    store.close()
  })
})
