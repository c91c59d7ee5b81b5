import { openStore } from '../src/store/index.ts'
import { lifted, refuelId, sale } from './visit.ts'

/**
 * A gateway that does nothing but sell, for `power-cut.test.ts`, which kills it without a
 * warning. It prints an event's id only after the store has said that it is on the disk.
 */
const store = openStore({
  path: process.argv[2] ?? '',
  stationId: 'demo-1',
  now: () => new Date(),
  count: () => undefined,
  onStuck: (error) => {
    throw error
  },
})

async function sellForEver(fuellingPoint: number): Promise<never> {
  for (let n = 1; ; n++) {
    const events = await store.commit({
      fuellingPoint,
      at: new Date().toISOString(),
      inputs: [lifted(n)],
      facts: [
        {
          type: 'refuel.completed.v1',
          refuelId: refuelId(n),
          fuellingPoint,
          sale: { ...sale(n), saleId: `${fuellingPoint}/${n}` },
          identity: { plates: [], vehicles: [] },
          authorisationId: null,
          origin: 'witnessed',
          totaliserBeforeMl: null,
        },
      ],
      observed: null,
      journal: 'keep',
      lastRefuel: null,
    })
    for (const event of events) process.stdout.write(`${event.eventId}\n`)
  }
}

await Promise.all([sellForEver(1), sellForEver(2), sellForEver(3)])
