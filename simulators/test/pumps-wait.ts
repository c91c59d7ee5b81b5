import { setTimeout as sleep } from 'node:timers/promises'
import type { PumpSimulator } from '../src/pumps/index.ts'

/** Presses the trigger and waits until so much flowed, or the pump itself ended the flow. */
export async function untilDelivered(
  simulator: PumpSimulator,
  fuellingPoint: number,
  targetMl: number,
): Promise<void> {
  simulator.squeeze(fuellingPoint, { targetMl })
  const attemptsMax = 2_000
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const shown = simulator.snapshot().find((figures) => figures.fuellingPoint === fuellingPoint)
    if (shown?.volumeMl === targetMl || shown?.state === 'suspended_fuelling') return
    await sleep(5)
  }
  throw new Error(`fuelling point ${fuellingPoint} did not deliver ${targetMl} ml in 10 s`)
}
