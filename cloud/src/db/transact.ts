import type { Kysely, Transaction } from 'kysely'
import type { Database } from './schema.ts'

/** How often a database transaction is tried when the database itself broke it off. */
const attemptsMax = 5

/**
 * Runs `work` in one database transaction, and again when the database chose it to break a
 * deadlock or a serialisation failure: everything was undone then, so nothing happens twice.
 * Use only the `trx` given: on the embedded database any other query would wait for ever.
 */
export async function transact<Result>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      const code = sqlStateOf(error)
      if (attempt === attemptsMax || (code !== '40P01' && code !== '40001')) throw error
    }
  }
}

/** PostgreSQL's five-character code of an error, or null when it is none of the database's. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}
