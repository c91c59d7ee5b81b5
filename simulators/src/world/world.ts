import {
  type Ending,
  type EndingReason,
  type FpState,
  FuellingPoint,
  MemberId,
  NozzleNumber,
  type StationSnapshot,
} from '@forecourt/contracts'
import { z } from 'zod'

/** How the payment provider treats one member's contract. */
export const PayBehaviour = z.enum(['pays', 'refuses', 'times_out', 'answers_twice'])
export type PayBehaviour = z.infer<typeof PayBehaviour>

/** A pump as it stands on the forecourt: what a driver in front of it sees. */
export type WorldPump = {
  readonly fuellingPoint: number
  readonly controllerId: string
  readonly profile: string
  readonly state: FpState
  readonly liftedNozzle: number | null
  readonly nozzles: readonly {
    readonly nozzle: number
    readonly grade: string
    readonly unitPriceFenPerLitre: number
  }[]
  readonly volumeMl: number
  readonly amountFen: number
  readonly locked: boolean
  /** The car that stands here, or is on its way. */
  readonly carId: string | null
}

export type WorldCar = {
  readonly carId: string
  /** Null for a car that is no connected vehicle. */
  readonly vehicleId: string | null
  readonly plate: string
  readonly memberName: string | null
  readonly connected: 'yes' | 'no'
  readonly status: 'arriving' | 'at_pump' | 'fuelling' | 'leaving'
  readonly fuellingPoint: number | null
  readonly levelMl: number
  readonly tankCapacityMl: number
  readonly flapOpen: boolean
}

export type WorldMember = {
  readonly memberId: string
  readonly displayName: string
  readonly plate: string
  readonly payment: 'stored_value' | 'sandbox'
  /** How the sandbox treats this member; null for stored value. */
  readonly behaviour: PayBehaviour | null
  /** The stored-value wallet; null when paid elsewhere or not known yet. */
  readonly balanceFen: number | null
}

/** One refuel followed from the hang-up to the settlement. */
export type WorldRefuel = {
  readonly refuelId: string
  readonly fuellingPoint: number
  readonly plate: string | null
  readonly memberName: string | null
  readonly volumeMl: number
  readonly amountFen: number
  /** Null until the cloud has spoken. */
  readonly ending: Ending | null
  readonly reason: EndingReason | null
  readonly receiptNumber: string | null
  readonly hangUpAt: string
  readonly settledAt: string | null
  readonly hangUpToSettledMs: number | null
}

/**
 * What the judge makes of everything since the start. `lost` counts deliveries that have no
 * record although the station had time to tell; `pending` are still on their way.
 */
export type WorldCounts = {
  readonly refuels: number
  readonly charged: number
  readonly payable: number
  readonly pending: number
  readonly cancelled: number
  readonly lost: number
  readonly doubleCharged: number
  readonly wrongAmount: number
}

export const worldRefuelsMax = 50

/** The whole simulated forecourt at one instant. Plain data, ready for JSON. */
export type WorldSnapshot = {
  readonly at: string
  readonly startedAt: string
  readonly autopilot: 'on' | 'off'
  readonly uplink: 'up' | 'cut'
  readonly pumps: readonly WorldPump[]
  readonly cars: readonly WorldCar[]
  readonly members: readonly WorldMember[]
  /** Newest first, at most `worldRefuelsMax`. */
  readonly refuels: readonly WorldRefuel[]
  readonly counts: WorldCounts
  /** As the gateway tells it; null while it is down. */
  readonly station: StationSnapshot | null
}

/** What a person at the dashboard can do to the world. */
export const WorldAction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('send_car'),
    fuellingPoint: FuellingPoint,
    /** Null sends a stranger. */
    memberId: MemberId.nullable(),
  }),
  z.strictObject({
    type: z.literal('lift'),
    fuellingPoint: FuellingPoint,
    nozzle: NozzleNumber,
  }),
  z.strictObject({
    type: z.literal('squeeze'),
    fuellingPoint: FuellingPoint,
    /** Without it the tank decides. */
    litres: z.number().positive().max(500).optional(),
  }),
  z.strictObject({ type: z.literal('hang_up'), fuellingPoint: FuellingPoint }),
  z.strictObject({ type: z.literal('drive_off'), fuellingPoint: FuellingPoint }),
  z.strictObject({ type: z.literal('set_autopilot'), autopilot: z.enum(['on', 'off']) }),
  z.strictObject({ type: z.literal('set_uplink'), uplink: z.enum(['up', 'cut']) }),
  z.strictObject({
    type: z.literal('set_behaviour'),
    memberId: MemberId,
    behaviour: PayBehaviour,
  }),
  z.strictObject({ type: z.literal('restart_edge') }),
])
export type WorldAction = z.infer<typeof WorldAction>

/** The live forecourt: the dashboard watches and drives it, the autopilot does too. */
export type World = {
  snapshot(): WorldSnapshot
  /** Calls back after every change, soon but not at once; returns the way to stop. */
  onChange(listener: () => void): () => void
  /** @throws {WorldError} when the world cannot do that now; nothing has changed then. */
  act(action: WorldAction): Promise<void>
  close(): Promise<void>
}

/** Someone asked for what cannot be: no car to fill, a bay taken, a nozzle that is not there. */
export class WorldError extends Error {
  override readonly name = 'WorldError'
  /**
   * `no_such_fuelling_point` · `no_such_nozzle` · `no_such_member` · `no_car` ·
   * `bay_taken` · `member_on_site` · `nozzle_lifted` · `nozzle_hanging` · `no_provider_contract` ·
   * `edge_restarting` · `edge_elsewhere` · `pump_refused`.
   */
  readonly code:
    | 'no_such_fuelling_point'
    | 'no_such_nozzle'
    | 'no_such_member'
    | 'no_car'
    | 'bay_taken'
    | 'member_on_site'
    | 'nozzle_lifted'
    | 'nozzle_hanging'
    | 'no_provider_contract'
    | 'edge_restarting'
    | 'edge_elsewhere'
    | 'pump_refused'

  constructor(code: WorldError['code'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}
