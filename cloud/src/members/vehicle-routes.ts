import { VehicleId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody, problemBody } from '../http/router.ts'
import { requireVehicle } from './members.repo.ts'
import type { VehicleKey } from './vehicle-key.ts'
import { signVehicleToken, vehicleTokenDays } from './vehicle-token.ts'

const issue = createRoute({
  tags: ['Vehicles'],
  method: 'post',
  path: '/vehicles/{vehicleId}/tokens',
  summary: "Sign a car's credential for the stations' brokers",
  security: adminOnly,
  request: { params: z.object({ vehicleId: VehicleId }) },
  responses: {
    201: jsonBody('The credential', z.object({ token: z.string(), expiresAt: z.iso.datetime() })),
    404: problemBody('`vehicle_unknown`'),
  },
})

const readKey = createRoute({
  tags: ['Vehicles'],
  method: 'get',
  path: '/vehicle-token-key',
  summary: 'The public key that stations check credentials with',
  responses: { 200: jsonBody('The key', z.object({ publicKeyPem: z.string() })) },
})

/** For the operator, who hands credentials to cars. */
export function vehicleTokenRoutes(deps: {
  readonly db: Kysely<Database>
  readonly key: VehicleKey
  readonly clock: () => Date
}) {
  return createRouter().openapi(issue, async (c) => {
    const { vehicleId } = c.req.valid('param')
    await requireVehicle(deps.db, vehicleId)
    const expiresAtMs = deps.clock().getTime() + vehicleTokenDays * 86_400_000
    const expiresAt = new Date(expiresAtMs).toISOString()
    const token = signVehicleToken({ vehicleId, expiresAt }, deps.key.privateKey)
    return c.json({ token, expiresAt }, 201)
  })
}

/** For everybody: a public key is no secret. */
export function vehicleKeyRoutes({ key }: { readonly key: VehicleKey }) {
  return createRouter().openapi(readKey, (c) => c.json({ publicKeyPem: key.publicKeyPem }, 200))
}
