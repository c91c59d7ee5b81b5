import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody } from '../http/router.ts'
import { listQuarantine } from './events.repo.ts'

const list = createRoute({
  tags: ['Station events'],
  method: 'get',
  path: '/quarantine',
  summary: 'Events that could not be accepted, as they came, newest first',
  security: adminOnly,
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }) },
  responses: {
    200: jsonBody(
      'The misfits',
      z.object({
        events: z.array(
          z.object({
            quarantineId: z.number().int(),
            stationId: z.string(),
            eventId: z.string().nullable(),
            reason: z.string(),
            detail: z.string(),
            raw: z.string(),
            receivedAt: z.iso.datetime(),
          }),
        ),
      }),
    ),
  },
})

export function quarantineRoutes({ db }: { readonly db: Kysely<Database> }) {
  return createRouter().openapi(list, async (c) => {
    const rows = await listQuarantine(db, c.req.valid('query').limit)
    const events = rows.map((row) => ({
      quarantineId: Number(row.quarantine_id),
      stationId: row.station_id,
      eventId: row.event_id,
      reason: row.reason,
      detail: row.detail,
      raw: row.raw,
      receivedAt: row.received_at.toISOString(),
    }))
    return c.json({ events }, 200)
  })
}
