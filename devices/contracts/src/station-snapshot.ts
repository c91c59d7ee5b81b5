import { z } from 'zod'
import { ReleaseMode } from './events.ts'
import { Identity } from './identity.ts'
import {
  ControllerId,
  FuellingPoint,
  Grade,
  Instant,
  NozzleNumber,
  RefuelId,
  StationId,
  VehicleId,
} from './ids.ts'
import { FpState } from './pump.ts'
import { Ending, EndingReason } from './settlement.ts'
import { Fen, FenPerLitre, Millilitres } from './units.ts'

/** Where the visit at a fuelling point stands. */
export const SessionPhase = z.enum(['idle', 'calling', 'authorising', 'authorised', 'fuelling'])
export type SessionPhase = z.infer<typeof SessionPhase>

/** One step of a visit, for people who watch. `code` is a phrase to translate, `detail` its figures. */
export const SessionStep = z.strictObject({
  at: Instant,
  fuellingPoint: FuellingPoint,
  refuelId: RefuelId.nullable(),
  code: z.enum([
    'lifted',
    'authorisation_asked',
    'authorised',
    'denied',
    'fuelling',
    'plate_read',
    'vehicle_seen',
    'hung_up',
    'sale_stored',
    'sale_sent',
    'settled',
    'cancelled',
    'recovered',
    'alarm',
  ]),
  detail: z.string().max(200),
})
export type SessionStep = z.infer<typeof SessionStep>

/** The last refuel a fuelling point finished, and what became of it. */
export const LastRefuel = z.strictObject({
  refuelId: RefuelId,
  saleId: z.string(),
  grade: Grade,
  volumeMl: Millilitres,
  amountFen: Fen,
  plate: z.string().nullable(),
  endedAt: Instant,
  /** Null until the cloud has spoken. */
  ending: Ending.nullable(),
  reason: EndingReason.nullable(),
  receiptNumber: z.string().nullable(),
  memberName: z.string().nullable(),
  settledAt: Instant.nullable(),
})
export type LastRefuel = z.infer<typeof LastRefuel>

/** What `GET /station` answers: the whole forecourt as the gateway sees it now. */
export const StationSnapshot = z.strictObject({
  stationId: StationId,
  edgeId: z.uuid(),
  at: Instant,
  uplink: z.strictObject({
    kind: z.enum(['http', 'nats']),
    online: z.boolean(),
    /** Events not yet confirmed by the cloud. */
    outboxDepth: z.number().int().nonnegative(),
    /** Events the cloud will never accept, kept aside for a person. */
    setAside: z.number().int().nonnegative(),
    lastReceiptAt: Instant.nullable(),
  }),
  pumps: z.array(
    z.strictObject({
      controllerId: ControllerId,
      profile: z.string(),
      online: z.boolean(),
      lastReadAt: Instant.nullable(),
      lastFault: z.string().nullable(),
    }),
  ),
  fuellingPoints: z.array(
    z.strictObject({
      fuellingPoint: FuellingPoint,
      controllerId: ControllerId,
      releaseMode: ReleaseMode,
      cameraId: z.string().nullable(),
      state: FpState,
      locked: z.boolean(),
      liftedNozzle: NozzleNumber.nullable(),
      nozzles: z.array(z.strictObject({ nozzle: NozzleNumber, grade: Grade })),
      unitPriceFenPerLitre: FenPerLitre.nullable(),
      volumeMl: Millilitres,
      amountFen: Fen,
      totaliserMl: Millilitres.nullable(),
      phase: SessionPhase,
      refuelId: RefuelId.nullable(),
      identity: Identity,
      lastRefuel: LastRefuel.nullable(),
    }),
  ),
  vehicles: z.array(
    z.strictObject({
      vehicleId: VehicleId,
      connected: z.boolean(),
      onSite: z.boolean(),
      distanceM: z.number().nonnegative().nullable(),
      flapOpen: z.boolean(),
      levelMl: Millilitres.nullable(),
      plateHint: z.string().nullable(),
      lastSeenAt: Instant,
    }),
  ),
  /** The newest steps, oldest first, at most 200. */
  steps: z.array(SessionStep).max(200),
  /** Rejections counted since start, by name: `mqtt_foreign_topic`, `picture_unreadable`, … */
  rejections: z.record(z.string(), z.number().int().nonnegative()),
})
export type StationSnapshot = z.infer<typeof StationSnapshot>
