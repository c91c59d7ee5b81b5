import { uplinkLimits } from '@forecourt/contracts'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { requireAdmin } from './auth.ts'
import { createProblemHandler, toResponse } from './problem.ts'
import { ProblemError } from './problem-error.ts'

/** Any sub-app: what its routes are in types is of no use here. */
// biome-ignore lint/suspicious/noExplicitAny: hono's own way to say any schema.
type Mounted = Hono<any, any, string>

/** A full batch of the largest events, and its brackets. */
const batchBytesMax = uplinkLimits.eventsPerBatchMax * (uplinkLimits.eventBytesMax + 2) + 64
/** Any other body. */
const bodyBytesMax = 65_536

/**
 * Puts the contexts' routes under one roof: who may pass, how large a body may be, and how every
 * error looks. Whatever is not a station's own path or named public needs the admin token.
 */
export function createApp(parts: {
  readonly adminToken: string
  readonly requireStation: MiddlewareHandler
  readonly log: Logger
  /** Under `/v1`, for stations. */
  readonly station: readonly Mounted[]
  /** Under `/v1`, for the operator. */
  readonly admin: readonly Mounted[]
  /** Under `/v1`, guarded by themselves or by nothing. */
  readonly open: readonly Mounted[]
  /** At the root. */
  readonly system: Mounted
}): OpenAPIHono {
  const app = new OpenAPIHono()
  app.onError(createProblemHandler(parts.log))
  app.notFound((c) => toResponse('not_found', `Nothing at ${c.req.path}. See /docs.`, []))
  app.route('/', parts.system)
  app.use('/v1/stations/:stationId/events', limitBody(batchBytesMax))
  app.use('/v1/*', async (c, next) => {
    const isBatch = c.req.path.endsWith('/events')
    return isBatch ? await next() : await limitBody(bodyBytesMax)(c, next)
  })
  for (const path of ['events', 'authorisations', 'settlements']) {
    app.use(`/v1/stations/:stationId/${path}`, parts.requireStation)
  }
  for (const routes of [...parts.open, ...parts.station]) app.route('/v1', routes)
  const isAdmin = requireAdmin(parts.adminToken)
  app.use('/v1/*', isAdmin)
  for (const routes of parts.admin) app.route('/v1', routes)
  describe(app)
  return app
}

function limitBody(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new ProblemError('body_too_large', `The body may have ${maxSize} bytes.`)
    },
  })
}

function describe(app: OpenAPIHono): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'CLOUD_ADMIN_TOKEN',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'stationToken', {
    type: 'http',
    scheme: 'bearer',
    description: "A station's token, shown when it was created",
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'forecourt cloud',
      version: '0.1.0',
      description:
        'Amounts are whole fen, volumes whole millilitres. Errors are RFC 9457 problems.',
    },
  })
}
