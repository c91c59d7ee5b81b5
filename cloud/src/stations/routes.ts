import { StationId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody, jsonRequest, problemBody } from '../http/router.ts'
import { createStation, releaseEdge } from './stations.repo.ts'

const create = createRoute({
  tags: ['Stations'],
  method: 'post',
  path: '/stations',
  summary: 'Create a station; its token is shown this once',
  security: adminOnly,
  request: {
    body: jsonRequest(z.strictObject({ stationId: StationId, name: z.string().min(1).max(80) })),
  },
  responses: {
    201: jsonBody('Created', z.object({ stationId: StationId, token: z.string() })),
    409: problemBody('`station_exists`'),
  },
})

const release = createRoute({
  tags: ['Stations'],
  method: 'post',
  path: '/stations/{stationId}/edge/release',
  summary: 'Let another gateway speak for a station',
  security: adminOnly,
  request: { params: z.object({ stationId: StationId }) },
  responses: { 204: { description: 'Released' }, 404: problemBody('`station_unknown`') },
})

export function stationRoutes({ db }: { readonly db: Kysely<Database> }) {
  return createRouter()
    .openapi(create, async (c) => {
      const station = c.req.valid('json')
      const { token } = await createStation(db, station)
      return c.json({ stationId: station.stationId, token }, 201)
    })
    .openapi(release, async (c) => {
      await releaseEdge(db, c.req.valid('param').stationId)
      return c.body(null, 204)
    })
}
