import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const reader = join(import.meta.dirname, '../src/index.ts')

test('the inference runtime keeps no identity and no reports of its own', async () => {
  const home = await mkdtemp(join(tmpdir(), 'forecourt-home-'))
  try {
    const program = `const { createOnnxPlateReader } = await import(${JSON.stringify(reader)})
      await (await createOnnxPlateReader()).close()`
    // As on a station: CI would silence it too.
    const env = { HOME: home }
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env })
    expect(await readdir(home)).toEqual([])
  } finally {
    await rm(home, { recursive: true })
  }
})
