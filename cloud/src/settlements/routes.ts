import { SettlementBatch, SettlementQuery, StationId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import { createRouter, jsonBody, problemBody, stationOnly } from '../http/router.ts'
import type { SettlementPoll } from './poll.ts'

const list = createRoute({
  tags: ['Settlements'],
  method: 'get',
  path: '/stations/{stationId}/settlements',
  summary: 'Wait for settlements after a cursor (long poll)',
  security: stationOnly,
  request: { params: z.object({ stationId: StationId }), query: SettlementQuery },
  responses: {
    200: jsonBody('Settlements in order; empty when the time passed', SettlementBatch),
    401: problemBody('`unauthorised`'),
  },
})

export function settlementRoutes({ poll }: { readonly poll: SettlementPoll }) {
  return createRouter().openapi(list, async (c) => {
    const { stationId } = c.req.valid('param')
    const query = { stationId, ...c.req.valid('query') }
    return c.json({ settlements: [...(await poll(query, c.req.raw.signal))] }, 200)
  })
}
