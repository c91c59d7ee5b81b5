import type {
  AuthorisationRequest,
  Fen,
  Identity,
  PlateVote,
  PumpCommand,
  ReleaseMode,
  Sale,
  SessionStep,
  StationFact,
  VehicleEvidence,
} from '@forecourt/contracts'

/** Everything known of one visit from the lift on. Plain data, so that it can be journaled. */
export type Visit = {
  readonly refuelId: string
  readonly fuellingPoint: number
  readonly nozzle: number
  readonly grade: string
  readonly unitPriceFenPerLitre: AuthorisationRequest['unitPriceFenPerLitre']
  readonly releaseMode: ReleaseMode
  /** Frames that must agree on a plate before the cloud is asked; a timer asks anyway. */
  readonly agreeingFrames: number
  readonly startedAt: string
  /** The nozzle's totaliser before the first drop; null where unknown. */
  readonly totaliserBeforeMl: Sale['totaliserMl']
  readonly identity: Identity
  readonly authorisationId: string | null
  /** The preset of the release; null without one. */
  readonly limitFen: Fen | null
  /** How often the cloud was asked in this visit; bounded by `asksMax`. */
  readonly asks: number
  /** The plate the last question was about, so that the same one is not asked twice. */
  readonly askedPlate: string | null
  /** Fuel has moved: from here the visit can only end in a sale. */
  readonly flowed: boolean
  readonly stoppedByOperator: boolean
}

/**
 * Where a visit stands. `denied`: on_authorisation, the cloud said no, the pump stays locked.
 * `closing`: the sale is finished and journaled, and waits a short grace for a plate.
 */
export type SessionStage =
  | { readonly status: 'idle' }
  | {
      readonly status: 'calling' | 'authorising' | 'authorised' | 'fuelling'
      readonly visit: Visit
    }
  | { readonly status: 'denied'; readonly visit: Visit; readonly reason: string }
  | { readonly status: 'closing'; readonly visit: Visit; readonly sale: Sale }

/** One fuelling point's session. `saleIds` are the newest sales it has emitted, at most `saleIdsMax`. */
export type Session = SessionStage & { readonly saleIds: readonly string[] }

export const sessionLimits = {
  /** A denied visit may ask again when a better plate is read, but not for ever. */
  asksMax: 3,
  /** A controller shows one last sale, so repeats come soon; the store remembers far more. */
  saleIdsMax: 16,
} as const

/**
 * What can happen to a visit. Inputs are journaled before their effects run. Running volumes
 * are no inputs: they change no decision. The endings `cleared_elsewhere` and `refunded` are
 * the cloud's to give (a kiosk, a dispute) and come later; no input here leads to them.
 */
export type SessionInput =
  | ({ readonly type: 'lifted'; readonly at: string } & Pick<
      Visit,
      | 'refuelId'
      | 'fuellingPoint'
      | 'nozzle'
      | 'grade'
      | 'unitPriceFenPerLitre'
      | 'releaseMode'
      | 'agreeingFrames'
      | 'totaliserBeforeMl'
    >)
  | { readonly type: 'plates_seen'; readonly plates: readonly PlateVote[] }
  | { readonly type: 'vehicles_seen'; readonly vehicles: readonly VehicleEvidence[] }
  /** The cameras had their time: ask the cloud with what there is. */
  | { readonly type: 'ask_due' }
  | {
      readonly type: 'authorisation_answered'
      readonly refuelId: string
      readonly decision: 'allowed' | 'denied'
      readonly reason: string | null
      readonly authorisationId: string | null
      readonly limitFen: Fen | null
    }
  | { readonly type: 'authorisation_failed'; readonly refuelId: string; readonly reason: string }
  | { readonly type: 'flow_started' }
  /** The sale that belongs to the visit now open. */
  | { readonly type: 'sale_finished'; readonly sale: Sale }
  /** The grace for late plates is over. */
  | { readonly type: 'grace_over' }
  | { readonly type: 'hung_up_empty' }
  /** Fuel moved, the visit is over, and the controller shows no sale for it. */
  | { readonly type: 'sale_missing'; readonly detail: string }
  | { readonly type: 'operator_released' }
  | { readonly type: 'operator_stopped' }
  /** A sale nobody saw begin. */
  | {
      readonly type: 'recovered'
      readonly refuelId: string
      readonly sale: Sale
      readonly totaliserBeforeMl: Sale['totaliserMl']
    }
  | {
      readonly type: 'fault_seen'
      readonly alarm: 'totaliser_gap' | 'pump_lost' | 'sale_unreadable'
      readonly fuellingPoint: number
      readonly detail: string
    }
  /** The gateway came back: what was in flight is lost and must be asked again. */
  | { readonly type: 'restarted' }

/** A question for the cloud; the shell adds ids and the station. */
export type Question = Pick<
  AuthorisationRequest,
  'refuelId' | 'fuellingPoint' | 'nozzle' | 'grade' | 'unitPriceFenPerLitre' | 'identity'
>

/** What the shell must do, in this order, after the input is journaled. */
export type SessionEffect =
  | { readonly type: 'emit'; readonly fact: StationFact }
  | { readonly type: 'ask_cloud'; readonly question: Question }
  | { readonly type: 'command'; readonly refuelId: string; readonly command: PumpCommand }
  | {
      readonly type: 'step'
      readonly code: SessionStep['code']
      readonly refuelId: string | null
      readonly detail: string
    }

export type Step = { readonly session: Session; readonly effects: readonly SessionEffect[] }

export const idle: Session = { status: 'idle', saleIds: [] }
