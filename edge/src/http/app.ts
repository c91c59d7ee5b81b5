import { DeviceError, type PumpCommand, type StationSnapshot } from '@forecourt/contracts'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Registry } from 'prom-client'
import type { Changes } from './changes.ts'
import { problem } from './problem.ts'

/** What an operator may do at a pump by hand. */
export type OperatorAction = 'authorise' | Exclude<PumpCommand['type'], 'authorise' | 'set_price'>
export type OperatorOutcome = 'done' | 'unknown_fuelling_point' | 'unsupported' | 'no_visit'

/** The most listeners of the live stream; a station has a few screens. */
export const streamsMax = 16
/** At most five snapshots a second, and one each five seconds when nothing happens. */
const streamEveryMs = 200
const streamIdleMs = 5_000

export type LocalApiDeps = {
  readonly snapshot: () => StationSnapshot
  /** Why the gateway is not ready; empty when it is. */
  readonly notReady: () => readonly string[]
  readonly operate: (fuellingPoint: number, action: OperatorAction) => Promise<OperatorOutcome>
  readonly metrics: Registry
  readonly changes: Changes
}

/** The gateway's own API, for screens and operators on the station's own network. */
export function createLocalApi(deps: LocalApiDeps): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    // A page from elsewhere, open in a browser on this machine, must not release pumps.
    if (isForeign(c.req.header('origin'))) {
      return problem(c, 403, 'foreign_origin', 'only pages of this machine may call the gateway')
    }
    return next()
  })
  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  app.get('/readyz', (c) => {
    const reasons = deps.notReady()
    return c.json(
      { status: reasons.length === 0 ? 'ready' : 'not_ready', reasons },
      reasons.length === 0 ? 200 : 503,
    )
  })
  app.get('/metrics', async (c) =>
    c.text(await deps.metrics.metrics(), 200, { 'content-type': deps.metrics.contentType }),
  )
  app.get('/station', (c) => c.json(deps.snapshot()))
  addStream(app, deps)
  for (const action of ['authorise', 'lock', 'unlock', 'stop'] as const) {
    app.post(`/fuelling-points/:fuellingPoint/${action}`, async (c) => {
      const outcome = await deps.operate(Number(c.req.param('fuellingPoint')), action)
      switch (outcome) {
        case 'done':
          return c.json({ fuellingPoint: Number(c.req.param('fuellingPoint')), action })
        case 'unknown_fuelling_point':
          return problem(c, 404, outcome, 'see GET /station for the fuelling points there are')
        case 'no_visit':
          return problem(c, 409, outcome, 'no nozzle is lifted there: nothing to release')
        case 'unsupported':
          return problem(
            c,
            409,
            'device_unsupported',
            `this controller cannot be told to ${action}`,
          )
      }
    })
  }
  app.notFound((c) => problem(c, 404, 'not_found', `${c.req.method} ${c.req.path} is no path here`))
  app.onError((error, c) => {
    if (error instanceof DeviceError) return problem(c, 502, error.code, error.message)
    throw error
  })
  return app
}

function addStream(app: Hono, deps: LocalApiDeps): void {
  let streams = 0
  app.get('/station/stream', (c) => {
    if (streams >= streamsMax) {
      return problem(c, 503, 'too_many_streams', `at most ${streamsMax} screens at once`)
    }
    streams += 1
    // The request's own signal is the one thing sure to fire when a screen goes away.
    const { signal } = c.req.raw
    return streamSSE(c, async (stream) => {
      try {
        while (!signal.aborted && !stream.aborted) {
          const data = JSON.stringify(deps.snapshot())
          await stream.writeSSE({ event: 'snapshot', data })
          await deps.changes.next({ afterMs: streamEveryMs, withinMs: streamIdleMs, signal })
        }
      } finally {
        streams -= 1
      }
    })
  })
}

function isForeign(origin: string | undefined): boolean {
  if (origin === undefined) return false
  const hostname = URL.parse(origin)?.hostname
  return hostname !== 'localhost' && hostname !== '127.0.0.1' && hostname !== '[::1]'
}
