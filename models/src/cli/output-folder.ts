import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from './options.ts'

/**
 * Makes a folder for what will be written, before the work begins whose results would be lost.
 *
 * @throws {UsageError} when it cannot be made or nothing may be written in it.
 */
export async function makeOutput(folder: string): Promise<void> {
  try {
    await makeWithParents(resolve(folder))
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new UsageError(`${folder} cannot be written; give --out DIR`, { cause: error })
  }
}

/** Node's own way tries for ever where a folder exists that takes no new ones, as /proc does. */
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
