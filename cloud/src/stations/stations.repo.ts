import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { digestOf } from '../http/auth.ts'
import { ProblemError } from '../http/problem-error.ts'

/** A gateway silent for this long may be replaced by another without the operator's release. */
export const edgeSilentMs = 15 * 60_000

type Db = Kysely<Database>

/**
 * Creates a station and its token. The token is returned once and stored only as a digest.
 *
 * @throws {ProblemError} `station_exists`
 */
export async function createStation(
  db: Db,
  station: { readonly stationId: string; readonly name: string },
): Promise<{ readonly token: string }> {
  const token = randomBytes(32).toString('base64url')
  const row = await db
    .insertInto('station')
    .values({
      station_id: station.stationId,
      name: station.name,
      token_digest: digestOf(token),
    })
    .onConflict((conflict) => conflict.column('station_id').doNothing())
    .returning('station_id')
    .executeTakeFirst()
  if (row) return { token }
  throw new ProblemError('station_exists', `There already is a station ${station.stationId}.`)
}

/** Which station a token belongs to, or null. */
export async function findStationByToken(db: Db, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('station')
    .select('station_id')
    .where('token_digest', '=', digestOf(token))
    .executeTakeFirst()
  return row?.station_id ?? null
}

/**
 * Binds a station to the gateway that speaks for it, and notes that it spoke. The station's row
 * stays locked until the caller's database transaction ends, so a station's writes come one
 * after another. Call it first, within that transaction.
 *
 * @throws {ProblemError} `station_in_use` while another gateway spoke less than `edgeSilentMs`
 *   ago; `station_unknown`.
 */
export async function bindEdge(
  trx: Db,
  edge: { readonly stationId: string; readonly edgeIds: readonly string[]; readonly now: Date },
): Promise<void> {
  const station = await trx
    .selectFrom('station')
    .select(['edge_id', 'edge_seen_at'])
    .where('station_id', '=', edge.stationId)
    // Not FOR UPDATE: that would also hold up every row that names the station, so charges
    // (which then hold the ledger) would wait for a batch, and deadlock with its settlements.
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!station) throw new ProblemError('station_unknown', `No station ${edge.stationId}.`)
  const [edgeId, ...others] = new Set(edge.edgeIds)
  if (edgeId === undefined) return
  const seenAtMs = station.edge_seen_at?.getTime() ?? 0
  const isFree =
    station.edge_id === null ||
    station.edge_id === edgeId ||
    edge.now.getTime() - seenAtMs > edgeSilentMs
  if (!isFree || others.length > 0) throw inUse(edge.stationId)
  await trx
    .updateTable('station')
    .set({ edge_id: edgeId, edge_seen_at: edge.now })
    .where('station_id', '=', edge.stationId)
    .execute()
}

function inUse(stationId: string): ProblemError {
  return new ProblemError(
    'station_in_use',
    `Another gateway speaks for ${stationId}. Give this one its own station, or release the station: POST /v1/stations/${stationId}/edge/release`,
  )
}

/** Forgets which gateway spoke for a station, so that another may. @throws {ProblemError} `station_unknown` */
export async function releaseEdge(db: Db, stationId: string): Promise<void> {
  const row = await db
    .updateTable('station')
    .set({ edge_id: null, edge_seen_at: null })
    .where('station_id', '=', stationId)
    .returning('station_id')
    .executeTakeFirst()
  if (!row) throw new ProblemError('station_unknown', `No station ${stationId}.`)
}
