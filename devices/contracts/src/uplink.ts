import { z } from 'zod'
import type { StationEvent } from './events.ts'
import { Identity } from './identity.ts'
import { EventId, FuellingPoint, Grade, NozzleNumber, RefuelId, StationId } from './ids.ts'
import { Settlement } from './settlement.ts'
import { Fen, FenPerLitre } from './units.ts'

/** Limits both transports keep. An event over the limit is a bug at the edge, not an input. */
export const uplinkLimits = { eventsPerBatchMax: 100, eventBytesMax: 16_384 } as const

/**
 * The cloud's answer to one event. Only a receipt lets a row leave the outbox.
 * `committed` it is in the database now · `duplicate` it was already · `rejected` it can never
 * be accepted as it is: the cloud keeps it in quarantine, the edge keeps it aside, both count it.
 */
export const Receipt = z.strictObject({
  eventId: EventId,
  status: z.enum(['committed', 'duplicate', 'rejected']),
  reason: z.string().max(500).nullable(),
})
export type Receipt = z.infer<typeof Receipt>

/** Body of `POST /v1/stations/{stationId}/events`; events are checked one by one, not as a whole. */
export const EventBatch = z.strictObject({
  events: z.array(z.unknown()).min(1).max(uplinkLimits.eventsPerBatchMax),
})
export const ReceiptBatch = z.strictObject({ receipts: z.array(Receipt) })
export type ReceiptBatch = z.infer<typeof ReceiptBatch>

/**
 * Why none of these events was taken, where no status can say so (NATS). Nothing is lost: the
 * gateway keeps them, and names the reason to a person. `type` is the API's stable code.
 */
export const EventRefusal = z.strictObject({
  type: z.string().max(64),
  detail: z.string().max(500),
  eventIds: z.array(EventId).max(uplinkLimits.eventsPerBatchMax),
})
export type EventRefusal = z.infer<typeof EventRefusal>

/** May this fuelling point deliver, and how much? Asked at the lift in mode `on_authorisation`. */
export const AuthorisationRequest = z.strictObject({
  requestId: EventId,
  stationId: StationId,
  edgeId: z.uuid(),
  refuelId: RefuelId,
  fuellingPoint: FuellingPoint,
  nozzle: NozzleNumber,
  grade: Grade,
  unitPriceFenPerLitre: FenPerLitre,
  identity: Identity,
})
export type AuthorisationRequest = z.infer<typeof AuthorisationRequest>

export const AuthorisationAnswer = z.strictObject({
  requestId: EventId,
  decision: z.enum(['allowed', 'denied']),
  /** An `EndingReason` when denied. */
  reason: z.string().max(64).nullable(),
  authorisationId: z.string().max(64).nullable(),
  /** The most this fill may cost; becomes the pump's preset. Null when denied. */
  limitFen: Fen.nullable(),
  memberName: z.string().max(32).nullable(),
})
export type AuthorisationAnswer = z.infer<typeof AuthorisationAnswer>

/** Long poll for settlements: answers at once when there are any, else after `waitMs`. */
export const SettlementQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative().default(0),
  waitMs: z.coerce.number().int().min(0).max(25_000).default(0),
})
export type SettlementQuery = z.infer<typeof SettlementQuery>
export const SettlementBatch = z.strictObject({ settlements: z.array(Settlement).max(500) })
export type SettlementBatch = z.infer<typeof SettlementBatch>

/** A refusal that ends nothing by itself: the caller may try again later, or must change something. */
export class UplinkError extends Error {
  override readonly name = 'UplinkError'
  /**
   * `uplink_down` nobody answered in time: try again · `uplink_refused` the credentials or the
   * station are wrong: a person must act, and trying again stays harmless · `uplink_garbled`
   * an answer that makes no sense.
   */
  readonly code: 'uplink_down' | 'uplink_refused' | 'uplink_garbled'
  constructor(code: UplinkError['code'], detail: string, options?: ErrorOptions) {
    super(`${code.replaceAll('_', ' ')}: ${detail}`, options)
    this.code = code
  }
}

/**
 * The way from a station to the cloud. Implementations: HTTP and NATS JetStream, in
 * `edge/src/uplink`; both pass `describeUplink` there.
 */
export type Uplink = {
  readonly kind: 'http' | 'nats'
  /**
   * Sends events in the given order and resolves with the receipts the cloud gave. An event
   * without a receipt in the answer was not confirmed and must be sent again.
   *
   * @throws {UplinkError} when not one event is known to have arrived.
   */
  send(events: readonly StationEvent[], call: UplinkCall): Promise<readonly Receipt[]>
  /** @throws {UplinkError} */
  authorise(request: AuthorisationRequest, call: UplinkCall): Promise<AuthorisationAnswer>
  /** Settlements after a cursor, in order; empty when `waitMs` passed without one. @throws {UplinkError} */
  settlements(query: SettlementQuery, call: UplinkCall): Promise<readonly Settlement[]>
  /** Idempotent. */
  close(): Promise<void>
}
export type UplinkCall = { readonly timeoutMs: number; readonly signal: AbortSignal }
