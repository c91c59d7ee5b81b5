import type { MiddlewareHandler } from 'hono'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { bearerOf } from '../http/auth.ts'
import { ProblemError } from '../http/problem-error.ts'
import { findStationByToken } from './stations.repo.ts'

/** Lets a station through to its own paths only. The path must carry `{stationId}`. */
export function requireStation(db: Kysely<Database>): MiddlewareHandler {
  return async (c, next) => {
    const token = bearerOf(c)
    const stationId = token === null ? null : await findStationByToken(db, token)
    if (stationId === null || stationId !== c.req.param('stationId')) {
      throw new ProblemError(
        'unauthorised',
        'This token does not open this station. Send the token the station was created with.',
      )
    }
    await next()
  }
}
