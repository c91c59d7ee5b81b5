import { z } from 'zod'
import { RecordedRefuel } from '../judge/index.ts'
import { CallError, type Caller, createCaller } from './http-call.ts'

export type PaymentMethod =
  | { readonly kind: 'stored_value' }
  | { readonly kind: 'sandbox'; readonly contractId: string }

/** A member as the forecourt's people know him; one car each. */
export type MemberCard = {
  readonly memberId: string
  readonly displayName: string
  readonly plate: string
  readonly vehicleId: string
  readonly tankCapacityMl: number | null
  readonly grades: readonly string[] | null
  readonly payment: PaymentMethod
  /** Put on the wallet at registration; 0 puts nothing. */
  readonly openingFen: number
}

/** The part of the cloud's HTTP API that running a forecourt needs. All throw `CallError`. */
export type CloudApi = {
  /** @throws {CallError} while it is not ready to work. */
  ready(): Promise<void>
  /** The new station's token; null when the station is there already and keeps its token. */
  registerStation(station: { stationId: string; name: string }): Promise<string | null>
  /** Lets another gateway take the station over. */
  releaseEdge(stationId: string): Promise<void>
  /** Idempotent: a member, his car, his way to pay and his opening balance. */
  registerMember(card: MemberCard): Promise<void>
  topUp(memberId: string, topUp: { idempotencyKey: string; amountFen: number }): Promise<void>
  balanceFen(memberId: string): Promise<number | null>
  vehicleToken(vehicleId: string): Promise<string>
  vehicleTokenPublicKeyPem(): Promise<string>
  /** Every refuel of a station after a cursor, all pages. */
  refuels(query: RefuelsQuery): Promise<readonly RecordedRefuel[]>
}

export type RefuelsQuery = {
  readonly stationId: string
  /** The last `saleCursor` seen; 0 begins at the first refuel. */
  readonly after: number
}

const Anything = z.unknown()
const StationToken = z.object({ token: z.string().min(1) })
const Member = z.object({ balanceFen: z.number().int().nullable() })

export function createCloudApi(baseUrl: string, adminToken: string): CloudApi {
  const call = createCaller(baseUrl, adminToken)
  return {
    ready: async () => {
      await call({ method: 'GET', path: '/readyz' }, Anything)
    },
    registerStation: async (station) => {
      const made = await unlessThere(
        call({ method: 'POST', path: '/v1/stations', body: station }, StationToken),
      )
      return made?.token ?? null
    },
    releaseEdge: async (stationId) => {
      await call({ method: 'POST', path: `/v1/stations/${stationId}/edge/release` }, Anything)
    },
    registerMember: (card) => registerMember(call, card),
    topUp: (memberId, topUp) => putOnWallet(call, memberId, topUp),
    balanceFen: async (memberId) => {
      const member = await call({ method: 'GET', path: `/v1/members/${memberId}` }, Member)
      return member.balanceFen
    },
    vehicleToken: async (vehicleId) => {
      const path = `/v1/vehicles/${vehicleId}/tokens`
      const issued = await call({ method: 'POST', path }, z.object({ token: z.string() }))
      return issued.token
    },
    vehicleTokenPublicKeyPem: async () => {
      const Key = z.object({ publicKeyPem: z.string().includes('PUBLIC KEY') })
      const key = await call({ method: 'GET', path: '/v1/vehicle-token-key' }, Key)
      return key.publicKeyPem
    },
    refuels: (query) => listRefuels(call, query),
  }
}

async function registerMember(call: Caller, card: MemberCard): Promise<void> {
  const { memberId, displayName, vehicleId, plate, tankCapacityMl, grades, payment } = card
  const member = `/v1/members/${memberId}`
  await unlessThere(
    call({ method: 'POST', path: '/v1/members', body: { memberId, displayName } }, Anything),
  )
  await call({ method: 'PUT', path: `${member}/payment-method`, body: payment }, Anything)
  const vehicle = { vehicleId, plate, tankCapacityMl, grades }
  await unlessThere(call({ method: 'POST', path: `${member}/vehicles`, body: vehicle }, Anything))
  if (card.openingFen === 0) return
  await putOnWallet(call, memberId, {
    idempotencyKey: `opening-${memberId}`,
    amountFen: card.openingFen,
  })
}

async function putOnWallet(
  call: Caller,
  memberId: string,
  body: { readonly idempotencyKey: string; readonly amountFen: number },
): Promise<void> {
  await call({ method: 'POST', path: `/v1/members/${memberId}/wallet/top-ups`, body }, Anything)
}

const pageSize = 1_000
const pagesMax = 100
const Page = z.object({ refuels: z.array(RecordedRefuel) })

async function listRefuels(call: Caller, query: RefuelsQuery): Promise<readonly RecordedRefuel[]> {
  const found: RecordedRefuel[] = []
  let after = query.after
  for (let page = 0; page < pagesMax; page++) {
    const path = `/v1/refuels?stationId=${query.stationId}&limit=${pageSize}&after=${after}`
    const { refuels } = await call({ method: 'GET', path }, Page)
    found.push(...refuels)
    const last = refuels.at(-1)
    if (refuels.length < pageSize || last === undefined) return found
    after = last.saleCursor
  }
  throw new RangeError(`more than ${pageSize * pagesMax} refuels since cursor ${query.after}`)
}

const thereAlready = new Set(['station_exists', 'member_exists', 'vehicle_exists'])

/** It is there already, which is what we wanted. */
async function unlessThere<T>(made: Promise<T>): Promise<T | null> {
  try {
    return await made
  } catch (error) {
    if (error instanceof CallError && thereAlready.has(error.type ?? '')) return null
    throw error
  }
}
