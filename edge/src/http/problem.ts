import type { Context } from 'hono'

/** An answer that says what is wrong and what to do (RFC 9457). `type` is a stable code. */
export function problem(
  c: Context,
  status: 403 | 404 | 409 | 502 | 503,
  type: string,
  detail: string,
): Response {
  return c.body(JSON.stringify({ type, status, detail }), status, {
    'content-type': 'application/problem+json',
  })
}
