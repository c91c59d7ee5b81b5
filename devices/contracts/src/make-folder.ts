import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those it lies in, as `mkdir` with `recursive` does; but that one tries for
 * ever, at full load, in a folder that takes no new ones, as `/proc` is.
 */
export async function makeFolder(folder: string): Promise<void> {
  await makeWithParents(resolve(folder))
}

async function makeWithParents(folder: string): Promise<void> {
  if (await isFolder(folder)) return
  if (dirname(folder) !== folder) await makeWithParents(dirname(folder))
  await mkdir(folder).catch(async (error: unknown) => {
    if (!(await isFolder(folder))) throw error
  })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() ?? false
}
