import { z } from 'zod'
import { Instant, VehicleId } from './ids.ts'
import { Plate, PlateColour } from './plate.ts'
import { Millilitres } from './units.ts'

/**
 * From here on a plate may be charged by itself. The reader's confidence is calibrated to it
 * (`models/README.md`) and the cloud matches by it: one figure for both, because it decides money.
 */
export const plateAcceptConfidence = 0.98

/** What the cameras made of one visit: a plate, how sure, and on how many frames. */
export const PlateVote = z.strictObject({
  plate: Plate,
  /** Probability that the whole plate is right, 0 to 1, fused over all frames. */
  confidence: z.number().min(0).max(1),
  frames: z.number().int().positive(),
  colour: PlateColour.nullable(),
  /** The text as the network read it, before the grammar chose; kept as evidence. */
  raw: z.string().max(32),
})
export type PlateVote = z.infer<typeof PlateVote>

/** What one connected car, known by its own credential, said while it was here. */
export const VehicleEvidence = z.strictObject({
  vehicleId: VehicleId,
  /** The plate the car reports about itself: a hint, never proof (VSS says so too). */
  plateHint: Plate.nullable(),
  onSite: z.boolean(),
  flapOpen: z.boolean(),
  /** How much its tank rose while this nozzle delivered; null when it does not tell. */
  levelRiseMl: Millilitres.nullable(),
  lastSeenAt: Instant,
})
export type VehicleEvidence = z.infer<typeof VehicleEvidence>

/** Everything that may tell whose refuel this is. Best first; bounded, so that an event is. */
export const Identity = z.strictObject({
  plates: z.array(PlateVote).max(3),
  vehicles: z.array(VehicleEvidence).max(8),
})
export type Identity = z.infer<typeof Identity>
