import type { Box } from '../box/index.ts'
import type { WitnessedDelivery } from '../judge/index.ts'

/** Remembers whose car stood at the pump when a delivery was closed: the judge's truth. */
export type Witness = {
  /** Notes what has been closed since the last look. Called often; a bay changes hands in between. */
  look(): void
  deliveries(): readonly WitnessedDelivery[]
}

export function createWitness(
  pumps: Box['pumps'],
  memberAt: (fuellingPoint: number) => string | null,
): Witness {
  const seen = new Map<string, WitnessedDelivery>()
  let lookedAt = 0
  return {
    look: () => {
      const deliveries = pumps.deliveries()
      if (deliveries.length === lookedAt) return
      lookedAt = deliveries.length
      for (const delivery of deliveries) {
        const { controllerId, fuellingPoint, transactionNumber, totaliserMl } = delivery
        const key = `${controllerId}/${fuellingPoint}/${transactionNumber}/${totaliserMl}`
        if (!seen.has(key)) seen.set(key, { ...delivery, memberId: memberAt(fuellingPoint) })
      }
    },
    deliveries: () => [...seen.values()],
  }
}
