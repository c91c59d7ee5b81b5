import type { EndReason, FpState } from '@forecourt/contracts'

/** One simulated fuelling point. One Modbus unit id is one fuelling point. */
export type SimulatedPump = {
  readonly unitId: number
  readonly fuellingPoint: number
  readonly nozzles: readonly {
    readonly nozzle: number
    readonly grade: string
    readonly unitPriceFenPerLitre: number
  }[]
  /** Where its meter goes on counting; not given: the seed decides. */
  readonly meter?: { readonly totaliserMl: number; readonly transactionNumber: number }
  /** True: a lift only calls, and the gateway must authorise. False: the pump releases by itself. */
  readonly requiresAuthorisation: boolean
}

export type PumpServerOptions = {
  readonly host: string
  /** 0 takes a free port; `PumpSimulator.port` says which. */
  readonly port: number
  /** A profile's name in `devices/drivers/profiles`. */
  readonly profile: string
  readonly pumps: readonly SimulatedPump[]
  /** Decides the meters' starting counts and each pump's own full flow. Same seed, same pumps. */
  readonly seed: number
  /** How many times faster than the wall clock fuel flows, 1 to 1000. Patience is not scaled. */
  readonly timeScale: number
  /** Without flow for this long, by the wall clock, a delivery is closed. 60 s when not given. */
  readonly noFlowTimeoutMs?: number
  /** Copied into `deliveries()` so that several controllers' truths can be told apart. */
  readonly controllerId?: string
}

/** What one fuelling point shows at this moment. */
export type PumpFigures = {
  readonly fuellingPoint: number
  readonly state: FpState
  /** The lifted nozzle, or null when all hang. */
  readonly nozzle: number | null
  readonly volumeMl: number
  readonly amountFen: number
  readonly unitPriceFenPerLitre: number
  /** Everything this fuelling point ever delivered, whichever nozzle. Moves when a delivery ends. */
  readonly totaliserMl: number
  readonly locked: boolean
  /** True while fuel moves. */
  readonly flowing: boolean
}

/** A finished delivery as the pump itself counted it: the truth a judge compares with. */
export type Delivery = {
  readonly controllerId?: string
  readonly fuellingPoint: number
  readonly nozzle: number
  readonly volumeMl: number
  readonly amountFen: number
  readonly unitPriceFenPerLitre: number
  readonly transactionNumber: number
  readonly totaliserMl: number
  readonly endReason: EndReason
  /** Wall clock, ISO 8601. */
  readonly liftedAt: string
  /** When the delivery was closed: the hang-up, or the no-flow timeout when nobody hung up. */
  readonly hungUpAt: string
}

/**
 * A pump controller that serves its profile's registers over Modbus TCP, and the hands at its
 * nozzles. All state is in memory.
 */
export type PumpSimulator = {
  readonly port: number
  /** @throws {Error} for an unknown fuelling point or nozzle, or when one is lifted already. */
  lift(fuellingPoint: number, nozzle: number): void
  /**
   * Presses the trigger. Fuel flows as soon as the pump is released, and stops by itself when
   * this delivery reaches `targetMl` (null: only a preset, a stop or the hang-up end it).
   *
   * @throws {Error} when no nozzle is lifted.
   */
  squeeze(fuellingPoint: number, trigger: { readonly targetMl: number | null }): void
  /** Ends the delivery. Without fuel there is none to end. Hanging up a hung nozzle does nothing. */
  hangUp(fuellingPoint: number): void
  /** Every fuelling point, in the order given. */
  snapshot(): readonly PumpFigures[]
  /** Finished deliveries, oldest first; the newest `deliveriesMax` are kept. */
  deliveries(): readonly Delivery[]
  /** Calls back, at most every 50 ms, with `snapshot()` when it changed; returns the way to stop. */
  onChange(listener: (figures: readonly PumpFigures[]) => void): () => void
  /** From now on requests are held unanswered; fuel keeps flowing. */
  freeze(): void
  /** Answers everything held, late, and goes on as usual. */
  thaw(): void
  /** Closes every connection and the port. Idempotent. */
  close(): Promise<void>
}
