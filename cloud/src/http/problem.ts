import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { LedgerError } from '../ledger/index.ts'
import { type FieldError, type ProblemCode, ProblemError, problems } from './problem-error.ts'

/**
 * Turns any thrown error into an RFC 9457 problem: the one place where codes become HTTP
 * statuses; routes never catch. An error we do not know is a 500 that says nothing, because
 * what it would say is for the log and not for a stranger.
 */
export function createProblemHandler(log: Logger): (error: Error, c: Context) => Response {
  return (error) => {
    if (error instanceof ProblemError) return toResponse(error.code, error.message, error.errors)
    if (error instanceof LedgerError) return toResponse(error.code, error.message, [])
    if (error instanceof HTTPException && error.status === 400) {
      return toResponse('malformed_json', 'The body is not JSON.', [])
    }
    if (isUnstorableText(error)) {
      return toResponse('invalid_request', 'A text holds the character U+0000.', [])
    }
    log.error({ err: error }, 'request failed')
    return toResponse('internal', 'The cloud could not serve this. It has been logged.', [])
  }
}

/**
 * JSON and URLs may carry U+0000, PostgreSQL's text may not: it says `character_not_in_repertoire`
 * or `untranslatable_character` (PostgreSQL, appendix A), from either driver.
 */
function isUnstorableText(error: Error): boolean {
  return 'code' in error && (error.code === '22021' || error.code === '22P05')
}

export function toResponse(
  code: ProblemCode,
  detail: string,
  errors: readonly FieldError[],
): Response {
  const status: number = problems[code]
  const body = { type: code, title: code.replaceAll('_', ' '), status, detail }
  return new Response(JSON.stringify(errors.length > 0 ? { ...body, errors } : body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      // The body was not read to its end, so nothing more can come on this connection.
      ...(status === 401 || status === 413 ? { connection: 'close' } : {}),
    },
  })
}
