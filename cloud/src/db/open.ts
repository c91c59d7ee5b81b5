import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import { claimFolder } from './claim-folder.ts'
import { whyNotOpened } from './full-disk.ts'
import { type MigrationConnection, migrate } from './migrate.ts'
import type { Database } from './schema.ts'

/** PostgreSQL's `int8`. Both drivers hand it back as `bigint`, so that money is exact everywhere. */
const int8Oid = 20
const toBigInt = (text: string) => BigInt(text)

/** Connections a cloud process holds at most; further queries wait in the pool's queue. */
const connectionsMax = 10
const connectTimeoutMs = 10_000

export type DatabaseSource =
  | { readonly kind: 'postgres'; readonly url: string }
  /** PostgreSQL inside the process, for trying and testing: it does not fsync. */
  | { readonly kind: 'embedded'; readonly directory: string | 'memory' }

export type OpenDatabase = {
  readonly db: Kysely<Database>
  readonly kind: DatabaseSource['kind']
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the database and brings its tables up to date. A process that starts while another
 * migrates waits for it.
 *
 * @throws {MigrationError} when a migration that was applied has changed since.
 * @throws {Error} when another process has the embedded database's folder, or its disk is full.
 */
export function openDatabase(source: DatabaseSource): Promise<OpenDatabase> {
  switch (source.kind) {
    case 'postgres':
      return openPostgres(source.url)
    case 'embedded':
      return openEmbedded(source.directory)
  }
}

async function openPostgres(url: string): Promise<OpenDatabase> {
  const types = new pg.TypeOverrides()
  types.setTypeParser(int8Oid, toBigInt)
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    types,
  })
  // An idle connection that the server drops is replaced by the pool at the next query.
  pool.on('error', () => undefined)
  const client = await pool.connect()
  try {
    await migrate({
      script: async (sql) => void (await client.query(sql)),
      rows: async (sql, values) => (await client.query(sql, [...values])).rows,
    })
  } finally {
    client.release()
  }
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { db, kind: 'postgres', close: once(() => db.destroy()) }
}

async function openEmbedded(directory: string): Promise<OpenDatabase> {
  const parsers = { [int8Oid]: toBigInt }
  if (directory === 'memory') return await ready(await PGlite.create({ parsers }), () => undefined)
  await mkdir(directory, { recursive: true })
  const release = claimFolder(directory)
  try {
    const dataDir = join(directory, 'pglite')
    return await ready(await PGlite.create({ dataDir, parsers }), release)
  } catch (error) {
    release()
    throw await whyNotOpened(directory, error)
  }
}

async function ready(pglite: PGlite, release: () => void): Promise<OpenDatabase> {
  await migrate(embeddedConnection(pglite))
  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite }) })
  return {
    db,
    kind: 'embedded',
    close: once(async () => {
      await db.destroy()
      if (!pglite.closed) await pglite.close()
      release()
    }),
  }
}

function embeddedConnection(pglite: PGlite): MigrationConnection {
  return {
    script: async (sql) => void (await pglite.exec(sql)),
    rows: async (sql, values) =>
      (await pglite.query<Record<string, unknown>>(sql, [...values])).rows,
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}
