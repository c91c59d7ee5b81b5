import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type World, WorldAction } from '../world/world.ts'
import { problem, toProblem } from './problem.ts'
import { createWorldStream } from './stream.ts'

/** An action is a few words; more is not one. */
const actionBytesMax = 4_096

type DashboardParts = {
  readonly world: World
  readonly webDirectory: string
  readonly log: Logger
  /** Aborts when the server goes down, so that open streams end. */
  readonly closing: AbortSignal
}

/** The dashboard's HTTP surface, without a socket. */
export function createDashboardApp(parts: DashboardParts): Hono {
  const app = new Hono()
  app.onError((error, c) => toProblem(error, c, parts.log))
  app.notFound((c) =>
    problem(c, { type: 'not_found', status: 404, detail: `nothing at ${c.req.path}` }),
  )
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', "default-src 'self'; img-src 'self' data:")
    c.header('x-content-type-options', 'nosniff')
  })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.route('/api', createApi(parts))
  app.use('/assets/*', serveStatic({ root: parts.webDirectory, onFound: keepForEver }))
  app.use('*', serveStatic({ root: parts.webDirectory }))
  return app
}

/** Names of built assets carry a hash of their content. */
function keepForEver(_path: string, c: { header(name: string, value: string): void }): void {
  c.header('cache-control', 'public, max-age=31536000, immutable')
}

function createApi({ world, log, closing }: DashboardParts): Hono {
  const api = new Hono()
  api.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  api.get('/world', (c) => c.json(world.snapshot()))
  api.get('/world/stream', createWorldStream(world, closing))
  api.post('/actions', bodyLimit({ maxSize: actionBytesMax }), async (c) => {
    if (isForeign(c.req.header('origin'), c.req.header('host'))) {
      const detail = 'this page may only be driven from its own address'
      return problem(c, { type: 'foreign_origin', status: 403, detail })
    }
    const action = WorldAction.safeParse(parseJson(await c.req.text()))
    if (!action.success) {
      return problem(c, { type: 'bad_action', status: 400, detail: z.prettifyError(action.error) })
    }
    await world.act(action.data)
    log.info({ action: action.data }, 'dashboard action done')
    return c.body(null, 204)
  })
  return api
}

/** Another site's script in the operator's browser carries its own origin. */
function isForeign(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}

/** What is no JSON becomes undefined, which no action is, so that one check words all mistakes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The schema refuses it with a message.
  }
}
