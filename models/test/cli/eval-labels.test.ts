import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bluePlate, drawBlueScene, drawScene } from '../draw-scene.ts'
import { plates } from './run-plates.ts'

describe('the folders of eval', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'forecourt-eval-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  async function folderOf(name: string, labels: string): Promise<string> {
    const folder = join(root, name)
    await mkdir(join(folder, 'inner'), { recursive: true })
    await writeFile(join(folder, 'labels.csv'), labels)
    await writeFile(join(folder, 'blue.jpg'), await drawBlueScene())
    await writeFile(join(folder, 'none.jpg'), await drawScene([]))
    return folder
  }

  test('are all checked before one is measured or the features are emptied', async () => {
    const good = await folderOf('good', `file,plate\nblue.jpg,${bluePlate}\n`)
    const bad = await folderOf('bad', `file,plate\ninner,${bluePlate}\n`)
    const features = join(root, 'features.jsonl')
    await writeFile(features, 'of another run')
    const ended = await plates(['eval', good, bad, '--features', features])
    expect(ended.stderr).toContain(`${join(bad, 'inner')} cannot be read; labels.csv names it`)
    expect(ended.stdout).toBe('')
    expect(ended.code).toBe(2)
    expect(await readFile(features, 'utf8')).toBe('of another run')
  })

  test('keep their labels when --features names them', async () => {
    const labels = `file,plate\nblue.jpg,${bluePlate}\n`
    const folder = await folderOf('kept', labels)
    const [file, out] = [join(folder, 'inner/../labels.csv'), join(root, 'out')]
    const ended = await plates(['eval', folder, '--features', file, '--out', out])
    expect(ended.stderr).toContain('holds the labels; give --features another FILE')
    expect(ended.code).toBe(2)
    expect(await readFile(join(folder, 'labels.csv'), 'utf8')).toBe(labels)
  })

  test('are measured in spite of doubtful labels, which are told once', async () => {
    const rows = ['blue.jpg,no plate', `blue.jpg,${bluePlate}`, `none.jpg,,${bluePlate}`]
    const folder = await folderOf('doubtful', `file,plate\n${rows.join('\n')}\n`)
    const ended = await plates(['eval', folder, '--out', join(root, 'out')])
    expect(
      ended.stderr.match(/labels that are no Chinese plate · [^:]+: 1 \(line 2: “NOPLATE”\)/g),
    ).toHaveLength(1)
    expect(ended.stderr).toContain(
      'several plates are separated by |; a picture without a plate has an empty field',
    )
    expect(ended.stderr).toContain(`line 4: “${bluePlate}”`)
    expect(ended.stdout).toMatch(/doubtful: 2 pictures/)
    expect(ended.stdout).toMatch(/unreadable · 无法读取 +0\n/)
    expect(ended.code).toBe(0)
  })

  test('leave no sheet of an earlier run’s misses', async () => {
    const [out, sheet] = [join(root, 'sheets'), join(root, 'sheets/misses.png')]
    const folder = await folderOf('missed', 'file,plate\nblue.jpg,沪A12345\n')
    await plates(['eval', folder, '--out', out])
    expect((await stat(sheet)).isFile()).toBe(true)
    await folderOf('missed', `file,plate\nblue.jpg,${bluePlate}\n`)
    await plates(['eval', folder, '--out', out])
    await expect(stat(sheet)).rejects.toThrow('ENOENT')
  })
})
