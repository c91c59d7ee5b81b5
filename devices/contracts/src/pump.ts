import { z } from 'zod'
import { type ControllerId, FuellingPoint, NozzleNumber } from './ids.ts'
import { Fen, FenPerLitre, Millilitres } from './units.ts'

/** Fuelling point states of the IFSF dispenser standard (Part 3-01). */
export const FpState = z.enum([
  'inoperative',
  'closed',
  'idle',
  'calling',
  'authorised',
  'started',
  'suspended_started',
  'fuelling',
  'suspended_fuelling',
])
export type FpState = z.infer<typeof FpState>

/** Why a delivery ended, as the controller tells it. */
export const EndReason = z.enum(['hung_up', 'preset', 'no_flow', 'remote_stop', 'limit', 'error'])
export type EndReason = z.infer<typeof EndReason>

/** The last finished delivery a controller still shows. Its figures are the law: never recomputed. */
export const ControllerSale = z.strictObject({
  /** 16-bit on most controllers, so it wraps; null where the model counts none. */
  transactionNumber: z.number().int().nonnegative().nullable(),
  nozzle: NozzleNumber,
  volumeMl: Millilitres,
  unitPriceFenPerLitre: FenPerLitre,
  amountFen: Fen,
  endReason: EndReason,
  /** The nozzle's volume totaliser after this delivery; null where the model has none. */
  totaliserMl: Millilitres.nullable(),
})
export type ControllerSale = z.infer<typeof ControllerSale>

/** One reading of one fuelling point. Plain data: a driver returns it, a test can write it by hand. */
export const FuellingPointReading = z.strictObject({
  fuellingPoint: FuellingPoint,
  state: FpState,
  /** The lifted nozzle, or null when all hang. */
  liftedNozzle: NozzleNumber.nullable(),
  locked: z.boolean(),
  unitPriceFenPerLitre: FenPerLitre,
  /** The delivery now running; after it ended, what the display still shows. */
  volumeMl: Millilitres,
  amountFen: Fen,
  totaliserMl: Millilitres.nullable(),
  lastSale: ControllerSale.nullable(),
})
export type FuellingPointReading = z.infer<typeof FuellingPointReading>

/** What a gateway may ask of a pump. It can never ask it to change what it measured. */
export const PumpCommand = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('authorise'),
    fuellingPoint: FuellingPoint,
    /** At most one preset; none lets the tank decide. */
    preset: z
      .discriminatedUnion('by', [
        z.strictObject({ by: z.literal('amount'), amountFen: Fen }),
        z.strictObject({ by: z.literal('volume'), volumeMl: Millilitres }),
      ])
      .nullable(),
  }),
  z.strictObject({ type: z.literal('lock'), fuellingPoint: FuellingPoint }),
  z.strictObject({ type: z.literal('unlock'), fuellingPoint: FuellingPoint }),
  z.strictObject({ type: z.literal('stop'), fuellingPoint: FuellingPoint }),
  z.strictObject({
    type: z.literal('set_price'),
    fuellingPoint: FuellingPoint,
    nozzle: NozzleNumber,
    unitPriceFenPerLitre: FenPerLitre,
  }),
])
export type PumpCommand = z.infer<typeof PumpCommand>
export type PumpCapability = PumpCommand['type']

export type DeviceCall = { readonly timeoutMs: number; readonly signal: AbortSignal }

/**
 * A pump controller on the forecourt, whatever wire it hangs on. It may serve several
 * fuelling points. Implementations: Modbus and memory, in `devices/drivers`; both pass
 * `describePumpDriver` there.
 */
export type PumpDriver = {
  readonly controllerId: z.infer<typeof ControllerId>
  readonly capabilities: ReadonlySet<PumpCapability>

  /**
   * Reads every fuelling point once. Never returns a partial list, and never a value that
   * belongs to another request: a late reply is thrown away with its connection.
   *
   * @throws {DeviceError} `device_timeout`, `device_garbled` or `device_refused`. All are safe
   *   to retry; reading changes nothing at the pump.
   */
  read(call: DeviceCall): Promise<readonly FuellingPointReading[]>

  /**
   * Writes one command. Resolves when the controller has answered that it took it.
   *
   * @throws {DeviceError} as `read`, and `device_unsupported` when `capabilities` lacks it.
   *   After `device_timeout` it is unknown whether the controller took the command: read again.
   */
  command(command: PumpCommand, call: DeviceCall): Promise<void>

  /** Closes the line. Idempotent. */
  close(): Promise<void>
}
