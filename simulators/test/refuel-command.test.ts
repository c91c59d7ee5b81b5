import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { inheritedEnv } from '../src/box/config.ts'
import { createFrameSource } from '../src/cameras/frame-source.ts'
import { createRandom } from '../src/scenarios/random.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'refuel-command-'))
afterAll(() => rmSync(folder, { recursive: true }))
const longMs = 120_000

/** Runs the command as a person would, in a process of its own. */
async function refuel(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['simulators/src/refuel/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inheritedEnv(), ...env },
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stderr, lines: stdout.trim().split('\n') }
}

const clean = { lost: 0, doubleCharged: 0, wrongAmount: 0, wrongMember: 0 }

describe('the refuel command', () => {
  test(
    'refuels members and ends with one JSON object of numbers',
    async () => {
      const { code, lines, stderr } = await refuel(['--refuels', '2', '--seed', '5', '--json'])
      expect(lines, stderr).toHaveLength(1)
      const answer = JSON.parse(lines[0] ?? '')
      expect(answer, stderr).toMatchObject({ refuels: 2, charged: 2, payable: 0, ...clean })
      expect(answer.hangUpToChargedMs.p99).toBeGreaterThanOrEqual(answer.hangUpToChargedMs.p50)
      expect(stderr).toContain('sale stored')
      expect(code).toBe(0)
    },
    longMs,
  )

  test(
    'charges nobody when the photograph shows no plate',
    async () => {
      const photo = join(folder, 'empty.jpg')
      writeFileSync(photo, await createFrameSource(createRandom(1)).frame({ kind: 'empty' }))
      const { code, lines, stderr } = await refuel([
        '--photo',
        photo,
        '--plate',
        '沪A·12345',
        '--json',
      ])
      expect(JSON.parse(lines.at(-1) ?? ''), stderr).toMatchObject({
        ...{ refuels: 1, charged: 0, payable: 1, ...clean },
        reasons: { no_plate: 1 },
      })
      expect(code).toBe(0)
    },
    longMs,
  )

  test(
    'charges the member whose plate a folder’s photograph shows, and no look-alike',
    async () => {
      const source = createFrameSource(createRandom(2))
      const rows = ['file,plate']
      // The third label lies: its picture shows another car than the member's.
      for (const [shown, label] of [
        ['皖A13H25', '皖A13H25'],
        ['浙B7K052', '浙B7K052'],
        ['苏E33S11', '苏E33S17'],
      ]) {
        writeFileSync(
          join(folder, `${label}.jpg`),
          await source.frame({ kind: 'plate', plate: shown ?? '' }),
        )
        rows.push(`"${label}.jpg","${label}"`)
      }
      writeFileSync(join(folder, 'labels.csv'), rows.join('\r\n'))
      const { code, lines, stderr } = await refuel(['--photos', folder, '--json'])
      const answer = JSON.parse(lines.at(-1) ?? '')
      expect(answer, stderr).toMatchObject({ refuels: 3, charged: 2, payable: 1, ...clean })
      expect(Object.keys(answer.reasons)).not.toContain('no_plate')
      expect(code).toBe(0)
    },
    longMs,
  )

  test(
    'refuses photographs it cannot use, in words, before anything starts',
    async () => {
      const holes = mkdtempSync(join(folder, 'holes-'))
      const garbage = join(folder, 'garbage.jpg')
      writeFileSync(garbage, 'no picture')
      const labelled = (labels: string) => {
        writeFileSync(join(holes, 'labels.csv'), labels)
        return refuel(['--photos', holes, '--json'])
      }
      const refusals = [
        [await refuel(['--photos', '/nowhere']), /\/nowhere\/labels\.csv cannot be read/],
        [await labelled('file,plate\ngone.jpg,皖A13H25\n'), /no such photograph: .*gone\.jpg/],
        [await labelled('file,plate\n'), /names no photograph/],
        [
          await labelled('gone.jpg,皖A13H25\n'),
          /line 1 is "gone.jpg,皖A13H25"; begin with a heading/,
        ],
        [await refuel(['--photo', '/nowhere.jpg', '--plate', '皖A13H25']), /\/nowhere\.jpg/],
        [await refuel(['--photo', garbage]), /garbage\.jpg cannot be read: picture unreadable/],
      ] as const
      for (const [{ code, stderr, lines }, reason] of refusals) {
        expect(stderr).toMatch(reason)
        expect(stderr).not.toContain('{')
        expect({ code, lines }).toEqual({ code: 2, lines: [''] })
      }
    },
    longMs,
  )
})

const postgresUrl = inject('postgresUrl')
const natsServer = inject('natsServer')
describe.skipIf(postgresUrl === null || natsServer === null)(
  'the refuel command on PostgreSQL and NATS',
  () => {
    test(
      'keeps the same promises',
      async () => {
        const { code, lines, stderr } = await refuel(
          ['--refuels', '4', '--uplink', 'nats', '--json'],
          { DATABASE_URL: postgresUrl ?? '' },
        )
        expect(JSON.parse(lines.at(-1) ?? ''), stderr).toMatchObject({
          refuels: 4,
          charged: 4,
          ...clean,
        })
        expect(code).toBe(0)
      },
      longMs,
    )
  },
)
