import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeVisit, sumUp, type VisitAnswer } from '../src/cameras/visits/judge-visit.ts'
import { parseOptions } from '../src/cameras/visits/options.ts'

const truth = { visit: 3, plate: '皖A13H25', kind: 'blue', light: 'day' } as const

function answerOf(...plates: readonly (readonly [string, number])[]): VisitAnswer {
  return {
    frames: 30,
    framesWithPlate: 2,
    framesAccepted: 2,
    msPerFrame: 10,
    plates: plates.map(([plate, confidence]) => ({ plate, confidence })),
    perFrame: [
      { plate: '皖A13H26', rejected: null },
      { plate: '皖A13H26', rejected: 'too_small' },
      null,
    ],
  }
}

describe('a visit', () => {
  test.each([
    ['right', [['皖A13H25', 0.999]]],
    [
      'right',
      [
        ['皖A13H25', 0.999],
        ['皖A13H26', 0.001],
      ],
    ],
    ['wrong', [['皖A13H26', 0.999]]],
    [
      'wrong',
      [
        ['皖A13H25', 0.999],
        ['皖A13H26', 0.998],
      ],
    ],
    ['none', [['皖A13H25', 0.4]]],
    ['none', []],
  ] as const)('is %s when the vote says %o', (outcome, plates) => {
    expect(judgeVisit(truth, answerOf(...plates)).outcome).toBe(outcome)
  })

  test('counts frames that alone would have charged another car', () => {
    expect(judgeVisit(truth, answerOf()).framesWrongAccepted).toBe(1)
  })
})

test('visits are summed up by kind and light, and those not right are listed', () => {
  const right = judgeVisit(truth, answerOf(['皖A13H25', 0.999]))
  const none = judgeVisit({ ...truth, visit: 4, light: 'night' }, answerOf())
  expect(sumUp([right, none])).toMatchObject({
    visits: 2,
    right: 1,
    wrong: 0,
    none: 1,
    frames: 60,
    msPerFrame: 10,
    perKind: { blue: { visits: 2, right: 1 } },
    perLight: { day: { right: 1 }, night: { none: 1 } },
    failed: [{ visit: 4, best: null }],
  })
})

describe('the visits command', () => {
  test.each([
    [['--visits', '0'], 'visits'],
    [['--kinds', 'blue,pink'], 'unknown kind pink; use blue'],
    [['--light', 'noon'], 'low_sun'],
  ] as const)('refuses %o and says why', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })

  test('draws what it would show, where npm run visits was typed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visits-'))
    const npm = { npm_lifecycle_event: 'visits', INIT_CWD: folder }
    await visitsWith(npm, '--visits', '1', '--draw', 'drawn')
    const frames = readdirSync(join(folder, 'drawn/visit-00000'))
    rmSync(folder, { recursive: true })
    expect(frames).toHaveLength(30)
  }, 60_000)

  test('refuses folders that cannot be made, before it draws', async () => {
    await expect(visits('--visits', '1', '--keep', '/proc/forecourt/x')).rejects.toThrow(
      '/proc/forecourt/x cannot be written; give --keep another folder',
    )
    await expect(visits('--visits', '1', '--draw', '/proc/forecourt/x')).rejects.toThrow('mkdir')
  })

  test('shows cars to the product’s reader, which accepts one plate a visit: the car’s own', async () => {
    const stdout = await visits('--visits', '1', '--light', 'day', '--kinds', 'blue', '--json')
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      visits: 1,
      right: 1,
      wrong: 0,
      none: 0,
      frames: 30,
      framesWrongAccepted: 0,
      failed: [],
    })
  }, 60_000)
})

function visits(...args: readonly string[]): Promise<string> {
  return visitsWith({}, ...args)
}

function visitsWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> {
  const program = join(import.meta.dirname, '../src/cameras/visits/main.ts')
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(stderr, { cause: error }))
    })
  })
}
