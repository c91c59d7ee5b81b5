import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A process that is just ending may take so long to let go. */
const waitMs = 2_000
/** SQLite's result code for a lock that somebody else holds (sqlite.org/rescode.html). */
const sqliteBusy = 5

/**
 * Makes a data folder this process's own. PGlite does not look whether another process has its
 * files open, and two of them ruin each other's. The lock is the operating system's, on an empty
 * SQLite file, so that it ends with the process, however that ends.
 *
 * @returns Lets go of the folder.
 * @throws {Error} when another process has it.
 */
export function claimFolder(directory: string): () => void {
  const lock = new DatabaseSync(join(directory, 'lock.db'), { timeout: waitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const fix = 'stop it, or set another CLOUD_DATA'
    throw new Error(`${directory} is in use by another cloud process: ${fix}`, { cause: error })
  }
  return () => lock.close()
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
