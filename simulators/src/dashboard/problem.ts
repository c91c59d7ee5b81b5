import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import { WorldError } from '../world/world.ts'

const statusOf = {
  no_such_fuelling_point: 404,
  no_such_nozzle: 404,
  no_such_member: 404,
  no_car: 409,
  bay_taken: 409,
  member_on_site: 409,
  nozzle_lifted: 409,
  nozzle_hanging: 409,
  no_provider_contract: 409,
  edge_restarting: 409,
  edge_elsewhere: 409,
  pump_refused: 409,
} as const satisfies Record<WorldError['code'], number>

type Problem = {
  /** A stable code; the page has words for the ones it knows and shows `detail` otherwise. */
  readonly type: string
  readonly status: ContentfulStatusCode
  readonly detail: string
}

/** Answers with an RFC 9457 problem. */
export function problem(c: Context, body: Problem): Response {
  return c.json(body, body.status, { 'content-type': 'application/problem+json' })
}

/** Turns what a route threw into a problem; what we do not know is logged and stays unsaid. */
export function toProblem(error: unknown, c: Context, log: Logger): Response {
  if (error instanceof WorldError) {
    return problem(c, { type: error.code, status: statusOf[error.code], detail: error.message })
  }
  if (error instanceof HTTPException) {
    return problem(c, { type: 'bad_request', status: error.status, detail: error.message })
  }
  log.error({ err: error, path: c.req.path }, 'dashboard request failed')
  return problem(c, { type: 'internal', status: 500, detail: 'something broke; see the log' })
}
