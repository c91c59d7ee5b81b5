import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '@forecourt/contracts/make-folder'
import type { Closer } from './box.ts'

/** One that is just ending may take so long to let go. */
const waitMs = 2_000

/**
 * Opens the folder where a station keeps everything, for one station at a time: two at once
 * would write over each other's settings and meters. The lock is the operating system's, on an
 * empty SQLite file, so that it ends with the process, however that ends.
 *
 * @returns The folder's whole path.
 * @throws {Error} when it cannot be written, or another process has it.
 */
export async function openDataFolder(
  folder: string,
  onOpened: (closer: Closer) => void,
): Promise<string> {
  const path = resolve(folder)
  await makeFolder(path).catch((error: unknown) => refuse(path, error))
  const lock = openLock(path)
  onOpened(async () => lock.close())
  return path
}

function openLock(path: string): DatabaseSync {
  try {
    const lock = new DatabaseSync(join(path, 'lock.db'), { timeout: waitMs })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    return refuse(path, error)
  }
}

/** SQLite's result code for a lock that somebody else holds (sqlite.org/rescode.html). */
const sqliteBusy = 5

function refuse(path: string, error: unknown): never {
  const cause = { cause: error }
  const another = 'choose another with --data'
  if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) {
    throw new Error(`${path} is in use by another forecourt: stop that one, or ${another}`, cause)
  }
  const detail = error instanceof Error ? error.message : String(error)
  throw new Error(`the data folder ${path} cannot be written (${detail}); ${another}`, cause)
}
