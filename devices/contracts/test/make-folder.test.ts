import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFolder } from '../src/make-folder.ts'

describe('a folder', () => {
  test('is made with those it lies in, once or twice', async () => {
    const root = mkdtempSync(join(tmpdir(), 'make-folder-'))
    const folder = join(root, 'a/b')
    await Promise.all([makeFolder(folder), makeFolder(folder)])
    expect(statSync(folder).isDirectory()).toBe(true)
    rmSync(root, { recursive: true })
  })

  test('that a file is in the way of is refused', async () => {
    const root = mkdtempSync(join(tmpdir(), 'make-folder-'))
    writeFileSync(join(root, 'file'), '')
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST')
    await expect(makeFolder(join(root, 'file/a'))).rejects.toThrow(/EEXIST|ENOTDIR/)
    rmSync(root, { recursive: true })
  })

  test('in /proc, which takes none, is refused', async () => {
    await expect(makeFolder('/proc/forecourt/x')).rejects.toThrow('mkdir')
  })
})
