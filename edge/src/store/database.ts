import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrations } from './schema.ts'

/** The station's own store cannot be used. `store_busy`: another gateway runs on it. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: 'store_busy' | 'store_newer' | 'store_unusable'
  constructor(code: StoreError['code'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that we tell apart. */
const sqlite = { busy: 5, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 }
const walBytesMax = 16 * 1024 * 1024

export type OpenedDatabase = {
  readonly db: DatabaseSync
  /** Where a damaged database was moved to; null when all was well. */
  readonly damagedPath: string | null
}

/**
 * Opens the one database of a gateway: WAL with a sync at every commit, so that what is
 * committed survives a power cut, and locked, so that two gateways never share a folder.
 * A damaged one is moved aside, kept for a person, and a new one started: a gateway that
 * does not start loses more.
 *
 * @param path - A folder, or `:memory:` for tests.
 * @throws {StoreError} `store_busy`, `store_newer` (written by a later version) or
 *   `store_unusable` (the folder cannot be written).
 */
export function openDatabase(path: string, now: Date): OpenedDatabase {
  if (path === ':memory:') return { db: prepare(path), damagedPath: null }
  const file = join(path, 'station.db')
  try {
    mkdirSync(path, { recursive: true })
    return { db: prepare(file), damagedPath: null }
  } catch (error) {
    if (!isDamage(error)) throw toStoreError(error, path)
  }
  const damagedPath = `${file}.bad-${now.toISOString().replaceAll(/[:.]/g, '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, damagedPath + suffix)
  }
  return { db: prepare(file), damagedPath }
}

/** Whether a commit failed because there is no room: waiting may help, and nothing else does. */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error)
  return code === sqlite.full || code === sqlite.ioError
}

function prepare(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    db.exec(`PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
      PRAGMA journal_size_limit = ${walBytesMax};`)
    const check = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
    if (check !== 'ok') throw new DamagedError(String(check))
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

class DamagedError extends Error {
  override readonly name = 'DamagedError'
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > migrations.length) {
    const detail = `the store is of version ${version}, this program knows ${migrations.length}: start the newer program`
    throw new StoreError('store_newer', detail)
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}

function codeOf(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null
  // Extended codes carry the primary one in their low byte.
  return code === null ? null : code & 0xff
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error)
  return error instanceof DamagedError || code === sqlite.corrupt || code === sqlite.notADatabase
}

function toStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error
  const cause = { cause: error }
  if (codeOf(error) === sqlite.busy) {
    return new StoreError(
      'store_busy',
      `${path} is in use by another gateway: stop it, or set another dataDirectory`,
      cause,
    )
  }
  const detail = error instanceof Error ? error.message : String(error)
  return new StoreError(
    'store_unusable',
    `${path} cannot be used as dataDirectory: ${detail}`,
    cause,
  )
}
