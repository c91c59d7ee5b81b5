import { Grade, MemberId, normalisePlate, Plate, VehicleId } from '@forecourt/contracts'
import { createRoute, z } from '@hono/zod-openapi'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { adminOnly, createRouter, jsonBody, jsonRequest, problemBody } from '../http/router.ts'
import {
  addVehicle,
  createMember,
  readMember,
  setPaymentMethod,
  setStatus,
} from './members.repo.ts'

const params = z.object({ memberId: MemberId })
const ok = { description: 'Done' }
const unknown = problemBody('`member_unknown`')

const PaymentMethod = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stored_value') }),
  z.strictObject({
    kind: z.literal('sandbox'),
    contractId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  }),
])
const MemberStatus = z.enum(['active', 'blocked', 'overdue'])
const NewVehicle = z.strictObject({
  vehicleId: VehicleId,
  plate: z.string().max(16).transform(normalisePlate).pipe(Plate),
  tankCapacityMl: z.number().int().positive().max(2_000_000).nullable().default(null),
  grades: z.array(Grade).min(1).max(8).nullable().default(null),
})
const MemberView = z.object({
  memberId: MemberId,
  displayName: z.string(),
  status: MemberStatus,
  paymentMethod: PaymentMethod.nullable(),
  balanceFen: z.number().int(),
  vehicles: z.array(
    z.object({
      vehicleId: z.string(),
      plate: z.string(),
      tankCapacityMl: z.number().nullable(),
      grades: z.array(z.string()).readonly().nullable(),
    }),
  ),
})

const create = createRoute({
  tags: ['Members'],
  method: 'post',
  path: '/members',
  summary: 'Create a member',
  security: adminOnly,
  request: {
    body: jsonRequest(
      z.strictObject({ memberId: MemberId, displayName: z.string().trim().min(1).max(80) }),
    ),
  },
  responses: {
    201: jsonBody('Created', z.object({ memberId: MemberId })),
    409: problemBody('`member_exists`'),
  },
})

const read = createRoute({
  tags: ['Members'],
  method: 'get',
  path: '/members/{memberId}',
  summary: 'Read a member',
  security: adminOnly,
  request: { params },
  responses: { 200: jsonBody('The member', MemberView), 404: unknown },
})

const pay = createRoute({
  tags: ['Members'],
  method: 'put',
  path: '/members/{memberId}/payment-method',
  summary: 'Choose how a member pays',
  security: adminOnly,
  request: { params, body: jsonRequest(PaymentMethod) },
  responses: { 204: ok, 404: unknown },
})

const status = createRoute({
  tags: ['Members'],
  method: 'put',
  path: '/members/{memberId}/status',
  summary: 'Block a member, mark it overdue, or let it refuel again',
  security: adminOnly,
  request: { params, body: jsonRequest(z.strictObject({ status: MemberStatus })) },
  responses: { 204: ok, 404: unknown },
})

const register = createRoute({
  tags: ['Members'],
  method: 'post',
  path: '/members/{memberId}/vehicles',
  summary: 'Register a vehicle with its plate',
  security: adminOnly,
  request: { params, body: jsonRequest(NewVehicle) },
  responses: {
    201: jsonBody('Registered', z.object({ vehicleId: VehicleId, plate: z.string() })),
    404: unknown,
    409: problemBody('`vehicle_exists` or `vehicles_full`'),
  },
})

/** @param balanceOf - What a member's wallet holds, in fen; the ledger knows. */
export function memberRoutes(deps: {
  readonly db: Kysely<Database>
  readonly balanceOf: (memberId: string) => Promise<bigint>
}) {
  const { db } = deps
  return createRouter()
    .openapi(create, async (c) => {
      const member = c.req.valid('json')
      await createMember(db, member)
      return c.json({ memberId: member.memberId }, 201)
    })
    .openapi(read, async (c) => {
      const member = await readMember(db, c.req.valid('param').memberId)
      const balanceFen = Number(await deps.balanceOf(member.memberId))
      return c.json({ ...member, vehicles: [...member.vehicles], balanceFen }, 200)
    })
    .openapi(pay, async (c) => {
      await setPaymentMethod(db, c.req.valid('param').memberId, c.req.valid('json'))
      return c.body(null, 204)
    })
    .openapi(status, async (c) => {
      await setStatus(db, c.req.valid('param').memberId, c.req.valid('json').status)
      return c.body(null, 204)
    })
    .openapi(register, async (c) => {
      const vehicle = c.req.valid('json')
      await addVehicle(db, c.req.valid('param').memberId, vehicle)
      return c.json({ vehicleId: vehicle.vehicleId, plate: vehicle.plate }, 201)
    })
}
