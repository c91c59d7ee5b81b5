import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { ProblemError } from './problem-error.ts'

/** The token of `authorization: Bearer …`, or null. */
export function bearerOf(c: Context): string | null {
  const header = c.req.header('authorization') ?? ''
  return /^Bearer ([!-~]{1,512})$/i.exec(header)?.[1] ?? null
}

/** Digest of a token, as it is stored and compared: never the token itself. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Lets only the operator through. Compared by digest, so that time tells nothing about the token. */
export function requireAdmin(adminToken: string): MiddlewareHandler {
  const expected = createHash('sha256').update(adminToken).digest()
  return async (c, next) => {
    const given = bearerOf(c)
    const actual = createHash('sha256')
      .update(given ?? '')
      .digest()
    if (given === null || !timingSafeEqual(actual, expected)) {
      throw new ProblemError('unauthorised', 'Send the admin token: authorization: Bearer …')
    }
    await next()
  }
}
