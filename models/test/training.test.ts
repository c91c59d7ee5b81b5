import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'

const python = inject('trainingPython')
const plates = inject('platesDirectory')
const folder = join(import.meta.dirname, '../training')

/** The training's own tests, in Python, on Debian's packages as a user would have them. */
describe.skipIf(python === null || plates === null)('the training of the networks', () => {
  test.each(['synthesis', 'camera', 'recognition', 'province', 'detection', 'quantisation'])(
    'keeps its promises: %s',
    { timeout: 240_000 },
    async (part) => {
      const env = { PATH: '/usr/bin:/bin', PLATE_DATA: plates ?? '', OMP_NUM_THREADS: '1' }
      const args = ['-m', 'unittest', 'discover', '-s', part, '-t', '.', '-p', 'test_*.py']
      const { stderr } = await promisify(execFile)(python ?? '', args, { cwd: folder, env })
      expect(stderr).toMatch(/Ran [1-9]\d* tests? in/)
      expect(stderr).toContain('\nOK')
    },
  )

  test.each([
    ['--real --small', '--small is for drawn plates'],
    ['--negatives 3 --each 5', '--each is for drawn plates'],
    ['--real --negatives 3', 'give one'],
    ['--negatives -1', 'must not be negative'],
    ['--data /tmp', '--data is for --real'],
  ])('refuses options of a test set that do not go together: %s', async (given, said) => {
    const args = [folder, 'synthesise', '--to', '/tmp/no-such-set', ...given.split(' ')]
    await expect(promisify(execFile)(python ?? '', args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(said),
    })
  })

  test('says how to use it, and what is wrong with a command', async () => {
    const run = (...args: string[]) => promisify(execFile)(python ?? '', [folder, ...args])
    expect((await run('--help')).stdout).toContain('synthesise')
    await expect(run('train')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--out'),
    })
    await expect(run('export', '--out', '/tmp/no-such-run')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('train --out /tmp/no-such-run first'),
    })
  })
})
