import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { LedgerTables } from '../src/ledger/index.ts'

/** A database that holds the ledger and nothing else. */
export type LedgerDatabase = {
  readonly db: Kysely<LedgerTables>
  /** Runs several statements as they are, on one connection, as an intruder would. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

const migration = readFileSync(join(import.meta.dirname, '../migrations/100-ledger.sql'), 'utf8')

export async function openPgliteLedger(): Promise<LedgerDatabase> {
  const pglite = new PGlite()
  await pglite.exec(migration)
  return {
    db: new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) }),
    script: async (sql) => void (await pglite.exec(sql)),
    close: () => pglite.close(),
  }
}

/** @param url - Any database of the server; a new one is created beside it and dropped on close. */
export async function openPostgresLedger(url: string, connections = 8): Promise<LedgerDatabase> {
  const name = `ledger_${randomUUID().replaceAll('-', '')}`
  await administer(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: own.href, max: connections })
  await pool.query(migration)
  const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    script: async (sql) => void (await pool.query(sql)),
    close: async () => {
      await db.destroy()
      // PostgreSQL waits for the connections that are just ending; forcing would break them off.
      await administer(url, `drop database ${name}`)
    },
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
