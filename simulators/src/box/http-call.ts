import type { z } from 'zod'

/** A service of the product answered no, or not at all. */
export class CallError extends Error {
  override readonly name = 'CallError'
  /** The HTTP status; 0 when nobody answered. */
  readonly status: number
  /** The stable code of the problem, when there was one. */
  readonly type: string | null

  constructor(
    detail: string,
    answer: { status: number; type: string | null },
    options?: ErrorOptions,
  ) {
    super(detail, options)
    this.status = answer.status
    this.type = answer.type
  }
}

export type HttpCall = {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: unknown
}

export type Caller = <T>(call: HttpCall, schema: z.ZodType<T>) => Promise<T>

const timeoutMs = 10_000

/** JSON calls to one service. @throws {CallError} for every answer that is not 2xx, or none. */
export function createCaller(baseUrl: string, token: string | null): Caller {
  return async (call, schema) => {
    const response = await ask(`${baseUrl}${call.path}`, call, token)
    const text = await response.text()
    const body: unknown = text === '' ? null : parse(text)
    if (!response.ok) {
      const type = problemType(body)
      const answer = { status: response.status, type }
      throw new CallError(`${call.method} ${call.path}: ${response.status} ${text}`, answer)
    }
    const checked = schema.safeParse(body)
    if (checked.success) return checked.data
    throw new CallError(
      `${call.method} ${call.path}: an answer of another shape: ${checked.error.message}`,
      { status: response.status, type: null },
    )
  }
}

async function ask(url: string, call: HttpCall, token: string | null): Promise<Response> {
  const headers = {
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
  try {
    return await fetch(url, {
      method: call.method,
      headers,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    const answer = { status: 0, type: null }
    throw new CallError(`${call.method} ${url}: nobody answered`, answer, { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // Not JSON: the status says what happened, the text is kept for the message.
  }
}

/** Problems name their kind as a code, or as the last part of a URI. */
function problemType(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('type' in body)) return null
  return String(body.type).split(/[/:#]/).at(-1) ?? null
}
