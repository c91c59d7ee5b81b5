/** Time is counted in steps of this length, whatever the caller's clock does. */
export const flowStepMs = 10
/** From the first drop to full flow. */
const rampMs = 1_500
/** This far before the end of a preset the second stage of the valve closes. */
const slowDownUl = 300_000
const slowMlPerMin = 5_000

/**
 * How much fuel one step brings: rising to full flow, and slow for the last 0.3 l before the pump
 * itself must stop, as two-stage valves do so as not to overshoot.
 *
 * @returns Thousandths of a millilitre, whole and at least 1.
 */
export function flowUlPerStep(rate: {
  readonly fullFlowMlPerMin: number
  readonly flowingMs: number
  readonly toBoundUl: number
}): number {
  const ramped = rate.fullFlowMlPerMin * Math.min(1, rate.flowingMs / rampMs)
  const mlPerMin = rate.toBoundUl <= slowDownUl ? Math.min(slowMlPerMin, ramped) : ramped
  return Math.max(1, Math.round((mlPerMin * 1_000 * flowStepMs) / 60_000))
}
