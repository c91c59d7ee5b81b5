import { AuthorisationAnswer, AuthorisationRequest, StationId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../http/problem-error.ts'
import { createRouter, jsonBody, jsonRequest, problemBody, stationOnly } from '../http/router.ts'
import type { Authorise } from './authorise.ts'

const ask = createRoute({
  tags: ['Authorisations'],
  method: 'post',
  path: '/stations/{stationId}/authorisations',
  summary: 'May this fuelling point deliver, and how much?',
  security: stationOnly,
  request: {
    params: z.object({ stationId: StationId }),
    body: jsonRequest(AuthorisationRequest),
  },
  responses: {
    200: jsonBody('Allowed with a limit, or denied with a reason', AuthorisationAnswer),
    401: problemBody('`unauthorised`'),
    409: problemBody('`station_in_use` or `request_conflict`'),
  },
})

export function authorisationRoutes({ authorise }: { readonly authorise: Authorise }) {
  return createRouter().openapi(ask, async (c) => {
    const request = c.req.valid('json')
    if (request.stationId !== c.req.valid('param').stationId) {
      throw new ProblemError('invalid_request', 'json.stationId: must be the station in the path')
    }
    return c.json(await authorise(request), 200)
  })
}
