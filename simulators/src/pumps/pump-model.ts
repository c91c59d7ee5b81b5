import type { EndReason, FpState, PumpCommand } from '@forecourt/contracts'
import { flowStepMs, flowUlPerStep } from './flow.ts'
import { amountFenOf, boundOf, remainingUl, volumeMlOf } from './meter.ts'

/** From the release until the motor runs and fuel can flow. */
const motorStartMs = 600

/** A finished delivery, in the pump's own time. */
export type ClosedDelivery = {
  readonly nozzle: number
  readonly volumeMl: number
  readonly amountFen: number
  readonly unitPriceFenPerLitre: number
  readonly transactionNumber: number
  readonly totaliserMl: number
  readonly endReason: EndReason
  readonly liftedAtMs: number
  readonly closedAtMs: number
}

export type Preset = Extract<PumpCommand, { type: 'authorise' }>['preset']

/** One fuelling point. Plain data; every function here returns the next one. */
export type PumpModel = {
  readonly requiresAuthorisation: boolean
  readonly unitPrices: ReadonlyMap<number, number>
  readonly fullFlowMlPerMin: number
  /** Without flow for this long a delivery is closed, whether anybody hangs up or not. */
  readonly noFlowMs: number
  /** A pump authorised before the lift goes back to idle when nobody lifts for this long. */
  readonly authorisationMs: number
  readonly state: FpState
  readonly lifted: number | null
  /** The nozzle whose price and figures the display shows. */
  readonly shownNozzle: number
  readonly locked: boolean
  readonly preset: Preset
  /** Thousandths of a millilitre that went through the meter in this delivery. */
  readonly meteredUl: number
  readonly unitPriceFenPerLitre: number
  readonly trigger: { readonly targetMl: number | null } | null
  /** How long fuel has been flowing without a break; the flow ramps up with it. */
  readonly flowingMs: number
  /** Why fuel will not flow again in this delivery, null while it may. */
  readonly endReason: EndReason | null
  readonly totaliserMl: number
  readonly transactionNumber: number
  readonly lastDelivery: ClosedDelivery | null
  readonly nowMs: number
  readonly liftedAtMs: number
  /** When the state was last entered, or fuel last moved. */
  readonly sinceMs: number
}

export type PumpInput =
  | { readonly type: 'lift'; readonly nozzle: number }
  | { readonly type: 'squeeze'; readonly targetMl: number | null }
  | { readonly type: 'hang_up' }

/** What a command came to: taken, or why not. */
export type CommandOutcome = 'done' | 'not_now' | 'bad_value'

export function createPump(options: {
  readonly unitPrices: ReadonlyMap<number, number>
  readonly requiresAuthorisation: boolean
  readonly fullFlowMlPerMin: number
  readonly noFlowMs: number
  readonly authorisationMs: number
  readonly totaliserMl: number
  readonly transactionNumber: number
  readonly nowMs: number
}): PumpModel {
  const [shownNozzle, unitPriceFenPerLitre] = [...options.unitPrices][0] ?? [1, 1]
  return {
    ...options,
    state: 'idle',
    lifted: null,
    shownNozzle,
    locked: false,
    preset: null,
    meteredUl: 0,
    unitPriceFenPerLitre,
    trigger: null,
    flowingMs: 0,
    endReason: null,
    lastDelivery: null,
    liftedAtMs: options.nowMs,
    sinceMs: options.nowMs,
  }
}

/** True when the next step of time would bring fuel. */
export function isFlowing(pump: PumpModel): boolean {
  const mayFlow = pump.state === 'started' || pump.state === 'fuelling'
  return mayFlow && pump.trigger !== null && remainingUl(pump) > 0
}

/**
 * Lets time pass. Counts in fixed steps from when the pump was made, so that the result does not
 * depend on how often it is called.
 */
export function advance(pump: PumpModel, nowMs: number): PumpModel {
  let next = pump
  while (next.nowMs + flowStepMs <= nowMs) {
    if (isAsleep(next)) return skipTo(next, nowMs)
    next = step({ ...next, nowMs: next.nowMs + flowStepMs })
  }
  return next
}

/** The hands at the nozzle. An input that makes no sense now changes nothing. */
export function handle(pump: PumpModel, input: PumpInput): PumpModel {
  switch (input.type) {
    case 'lift':
      return lift(pump, input.nozzle)
    case 'squeeze':
      return pump.lifted === null ? pump : { ...pump, trigger: { targetMl: input.targetMl } }
    case 'hang_up':
      return hangUp(pump)
  }
}

/** The gateway's commands, as the control registers bring them. */
export function command(
  pump: PumpModel,
  given: PumpCommand,
): { readonly pump: PumpModel; readonly outcome: CommandOutcome } {
  switch (given.type) {
    case 'authorise':
      return authorise(pump, given.preset)
    case 'lock':
      return { pump: { ...stop(pump), locked: true }, outcome: 'done' }
    case 'unlock':
      return { pump: unlock(pump), outcome: 'done' }
    case 'stop':
      return { pump: stop(pump), outcome: 'done' }
    case 'set_price':
      return setPrice(pump, given.nozzle, given.unitPriceFenPerLitre)
  }
}

function lift(pump: PumpModel, nozzle: number): PumpModel {
  const unitPriceFenPerLitre = pump.unitPrices.get(nozzle)
  if (pump.lifted !== null || unitPriceFenPerLitre === undefined) return pump
  if (pump.state !== 'idle' && pump.state !== 'authorised') return pump
  const isReleased = pump.state === 'authorised' || !(pump.requiresAuthorisation || pump.locked)
  const fresh = { meteredUl: 0, flowingMs: 0, endReason: null, trigger: null }
  const lifted = { ...pump, ...fresh, lifted: nozzle, shownNozzle: nozzle, unitPriceFenPerLitre }
  return enter({ ...lifted, liftedAtMs: pump.nowMs }, isReleased ? 'started' : 'calling')
}

function hangUp(pump: PumpModel): PumpModel {
  if (pump.lifted === null) return pump
  const closed = close(pump, pump.endReason ?? 'hung_up')
  return enter({ ...closed, lifted: null, trigger: null, preset: null }, 'idle')
}

function authorise(pump: PumpModel, preset: Preset) {
  const size = preset === null ? 1 : preset.by === 'amount' ? preset.amountFen : preset.volumeMl
  if (size <= 0) return { pump, outcome: 'bad_value' as const }
  if (pump.locked || (pump.state !== 'idle' && pump.state !== 'calling')) {
    return { pump, outcome: 'not_now' as const }
  }
  return { pump: enter({ ...pump, preset }, 'authorised'), outcome: 'done' as const }
}

/** Closes the valve. Without fuel so far there is nothing to end: the release is withdrawn. */
function stop(pump: PumpModel): PumpModel {
  switch (pump.state) {
    case 'fuelling':
      return endFlow(pump, 'remote_stop')
    case 'authorised':
    case 'started':
    case 'suspended_started':
      return enter({ ...pump, preset: null }, pump.lifted === null ? 'idle' : 'calling')
    case 'suspended_fuelling':
    case 'idle':
    case 'calling':
    case 'closed':
    case 'inoperative':
      return pump
  }
}

function unlock(pump: PumpModel): PumpModel {
  const free = { ...pump, locked: false }
  const releases = pump.locked && pump.state === 'calling' && !pump.requiresAuthorisation
  return releases ? enter(free, 'started') : free
}

function setPrice(pump: PumpModel, nozzle: number, unitPriceFenPerLitre: number) {
  if (!pump.unitPrices.has(nozzle)) return { pump, outcome: 'bad_value' as const }
  if (pump.lifted !== null) return { pump, outcome: 'not_now' as const }
  const unitPrices = new Map(pump.unitPrices).set(nozzle, unitPriceFenPerLitre)
  const shown = nozzle === pump.shownNozzle ? { unitPriceFenPerLitre } : {}
  return { pump: { ...pump, unitPrices, ...shown }, outcome: 'done' as const }
}

function step(pump: PumpModel): PumpModel {
  const stillMs = pump.nowMs - pump.sinceMs
  switch (pump.state) {
    case 'started':
      return isFlowing(pump) && stillMs >= motorStartMs ? flow(pump) : pump
    case 'authorised':
      if (pump.lifted !== null && stillMs >= motorStartMs) return enter(pump, 'started')
      return stillMs >= pump.authorisationMs ? enter({ ...pump, preset: null }, 'idle') : pump
    case 'fuelling':
      return isFlowing(pump) ? flow(pump) : closeWhenStill({ ...pump, flowingMs: 0 }, stillMs)
    case 'suspended_fuelling':
      return closeWhenStill(pump, stillMs)
    case 'idle':
    case 'calling':
    case 'closed':
    case 'inoperative':
    case 'suspended_started':
      return pump
  }
}

/** After the close nothing can be had here any more until somebody hangs the nozzle up. */
function closeWhenStill(pump: PumpModel, stillMs: number): PumpModel {
  if (stillMs < pump.noFlowMs) return pump
  return enter({ ...close(pump, pump.endReason ?? 'no_flow'), preset: null }, 'closed')
}

function flow(pump: PumpModel): PumpModel {
  const remaining = remainingUl(pump)
  const bound = boundOf(pump)
  const flowingMs = pump.flowingMs + flowStepMs
  const rate = { fullFlowMlPerMin: pump.fullFlowMlPerMin, flowingMs }
  const ul = Math.min(remaining, flowUlPerStep({ ...rate, toBoundUl: bound.ul - pump.meteredUl }))
  const moved = { ...pump, meteredUl: pump.meteredUl + ul, flowingMs, sinceMs: pump.nowMs }
  const fuelling: PumpModel = { ...moved, state: 'fuelling' }
  return moved.meteredUl >= bound.ul ? endFlow(fuelling, bound.reason) : fuelling
}

function endFlow(pump: PumpModel, endReason: EndReason): PumpModel {
  return { ...pump, endReason, trigger: null, flowingMs: 0, state: 'suspended_fuelling' }
}

/** Ends the delivery if there was one: counts it, and puts it where the gateway reads it. */
function close(pump: PumpModel, endReason: EndReason): PumpModel {
  const volumeMl = volumeMlOf(pump)
  const isOpen = pump.state === 'fuelling' || pump.state === 'suspended_fuelling'
  if (!isOpen || volumeMl === 0) return pump
  const transactionNumber = (pump.transactionNumber % 0xffff) + 1
  const totaliserMl = pump.totaliserMl + volumeMl
  const lastDelivery: ClosedDelivery = {
    nozzle: pump.shownNozzle,
    volumeMl,
    amountFen: amountFenOf(pump),
    unitPriceFenPerLitre: pump.unitPriceFenPerLitre,
    transactionNumber,
    totaliserMl,
    endReason,
    liftedAtMs: pump.liftedAtMs,
    closedAtMs: pump.nowMs,
  }
  return { ...pump, transactionNumber, totaliserMl, lastDelivery }
}

function enter(pump: PumpModel, state: FpState): PumpModel {
  return { ...pump, state, sinceMs: pump.nowMs }
}

/** Nothing can happen here however long one waits. */
function isAsleep(pump: PumpModel): boolean {
  if (pump.state === 'started') return !isFlowing(pump)
  return pump.state === 'idle' || pump.state === 'calling' || pump.state === 'closed'
}

function skipTo(pump: PumpModel, nowMs: number): PumpModel {
  const steps = Math.floor((nowMs - pump.nowMs) / flowStepMs)
  return { ...pump, nowMs: pump.nowMs + steps * flowStepMs }
}
