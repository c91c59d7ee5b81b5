import { access, constants } from 'node:fs/promises'
import { makeFolder } from '@forecourt/contracts/make-folder'
import { UsageError } from './options.ts'

/**
 * Makes a folder for what will be written, before the work begins whose results would be lost.
 *
 * @throws {UsageError} when it cannot be made or nothing may be written in it.
 */
export async function makeOutput(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new UsageError(`${folder} cannot be written; give --out DIR`, { cause: error })
  }
}
