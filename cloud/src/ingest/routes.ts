import { EventBatch, ReceiptBatch, StationId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import { createRouter, jsonBody, jsonRequest, problemBody, stationOnly } from '../http/router.ts'
import type { Ingest } from './ingest.ts'

const send = createRoute({
  tags: ['Station events'],
  method: 'post',
  path: '/stations/{stationId}/events',
  summary: "Take a station's events; each is judged by itself",
  security: stationOnly,
  request: { params: z.object({ stationId: StationId }), body: jsonRequest(EventBatch) },
  responses: {
    200: jsonBody('A receipt for each event that is in the database', ReceiptBatch),
    401: problemBody('`unauthorised`'),
    409: problemBody('`station_in_use`'),
    413: problemBody('`body_too_large`'),
  },
})

export function ingestRoutes({ ingest }: { readonly ingest: Ingest }) {
  return createRouter().openapi(send, async (c) => {
    const { stationId } = c.req.valid('param')
    const receipts = await ingest(stationId, c.req.valid('json').events)
    return c.json({ receipts: [...receipts] }, 200)
  })
}
