import { z } from 'zod'
import { Identity } from './identity.ts'
import { EventId, FuellingPoint, Grade, Instant, NozzleNumber, RefuelId, StationId } from './ids.ts'
import { Sale } from './sale.ts'
import { Millilitres } from './units.ts'

/** What every event says of itself. */
const Envelope = z.strictObject({
  /** UUIDv7 minted at the edge, once. Sent again it is the same event, for ever. */
  eventId: EventId,
  stationId: StationId,
  /** UUID of the gateway's own store: two gateways claiming one station are told apart by it. */
  edgeId: z.uuid(),
  occurredAt: Instant,
  fuellingPoint: FuellingPoint,
  /** Counts up by one per fuelling point, so that a gap or a swap is seen. */
  seq: z.number().int().positive(),
})

export const ReleaseMode = z.enum(['postpay', 'on_authorisation'])
export type ReleaseMode = z.infer<typeof ReleaseMode>

/** A nozzle was lifted and a visit began. */
export const RefuelStarted = Envelope.extend({
  type: z.literal('refuel.started.v1'),
  refuelId: RefuelId,
  nozzle: NozzleNumber,
  grade: Grade,
  releaseMode: ReleaseMode,
})
export type RefuelStarted = z.infer<typeof RefuelStarted>

/** Fuel was sold. The one event that money follows from. */
export const RefuelCompleted = Envelope.extend({
  type: z.literal('refuel.completed.v1'),
  refuelId: RefuelId,
  sale: Sale,
  identity: Identity,
  /** The cloud's authorisation this refuel ran under; null for postpay. */
  authorisationId: z.string().max(64).nullable(),
  /**
   * `witnessed`: the gateway saw the lift. `recovered`: the sale was found in the controller
   * afterwards, so nobody knows who was there; it goes to the back office with the evidence.
   */
  origin: z.enum(['witnessed', 'recovered']),
  /** Totaliser readings around the sale, for `recovered` and for audits; null where unknown. */
  totaliserBeforeMl: Millilitres.nullable(),
})
export type RefuelCompleted = z.infer<typeof RefuelCompleted>

/** A visit ended without fuel; whatever was authorised is released. */
export const RefuelCancelled = Envelope.extend({
  type: z.literal('refuel.cancelled.v1'),
  refuelId: RefuelId,
  authorisationId: z.string().max(64).nullable(),
  reason: z.enum(['no_fuel', 'walk_away', 'refused', 'operator']),
})
export type RefuelCancelled = z.infer<typeof RefuelCancelled>

/** Something a person must look at. */
export const AlarmRaised = Envelope.extend({
  type: z.literal('alarm.raised.v1'),
  alarm: z.enum(['amount_mismatch', 'totaliser_gap', 'pump_lost', 'sale_unreadable']),
  refuelId: RefuelId.nullable(),
  detail: z.string().max(500),
})
export type AlarmRaised = z.infer<typeof AlarmRaised>

/** Every fact a station may tell the cloud. Add a member; never change one. */
export const StationEvent = z.discriminatedUnion('type', [
  RefuelStarted,
  RefuelCompleted,
  RefuelCancelled,
  AlarmRaised,
])
export type StationEvent = z.infer<typeof StationEvent>

/** A station event as the session makes it, before the shell adds id, clock and sequence. */
export type StationFact = StationEvent extends infer E
  ? E extends StationEvent
    ? Omit<E, 'eventId' | 'stationId' | 'edgeId' | 'occurredAt' | 'seq'>
    : never
  : never
