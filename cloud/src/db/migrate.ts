import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../migrations')

/** Any number, the same in every version of ours: who holds it migrates. */
const migrationLock = 7_320_460

/** One connection, whatever driver it comes from. */
export type MigrationConnection = {
  /** Runs several statements without parameters. */
  script(sql: string): Promise<void>
  rows(sql: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

/** The database's past is not the one in `migrations/`. A person must look before anything runs. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code = 'migration_changed'
  constructor(name: string) {
    super(`migration ${name} was applied in another wording: restore the file, add a new one`)
  }
}

/**
 * Applies what is new in `migrations/`, in the order of the names, in one database transaction
 * under an advisory lock: all of it or nothing, and never twice.
 *
 * @throws {MigrationError} `migration_changed`
 */
export async function migrate(connection: MigrationConnection): Promise<void> {
  await connection.script('begin')
  try {
    await connection.rows('select pg_advisory_xact_lock($1)', [migrationLock])
    await connection.script(
      `create table if not exists schema_migration (
         name text primary key, digest text not null, applied_at timestamptz not null default now())`,
    )
    const applied = await readApplied(connection)
    for (const migration of await listMigrations()) await apply(connection, migration, applied)
    await connection.script('commit')
  } catch (error) {
    await connection.script('rollback')
    throw error
  }
}

type Migration = { readonly name: string; readonly sql: string; readonly digest: string }

async function listMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function readApplied(connection: MigrationConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.rows('select name, digest from schema_migration', [])
  return new Map(rows.map((row) => [String(row['name']), String(row['digest'])]))
}

async function apply(
  connection: MigrationConnection,
  migration: Migration,
  applied: ReadonlyMap<string, string>,
): Promise<void> {
  const before = applied.get(migration.name)
  if (before !== undefined && before !== migration.digest) throw new MigrationError(migration.name)
  if (before !== undefined) return
  await connection.script(migration.sql)
  await connection.rows('insert into schema_migration (name, digest) values ($1, $2)', [
    migration.name,
    migration.digest,
  ])
}
