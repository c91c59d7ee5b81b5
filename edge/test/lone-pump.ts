import type { StationEvent } from '@forecourt/contracts'
import { pino } from 'pino'
import { createFuellingPoint } from '../src/session/index.ts'
import type { Store } from '../src/store/index.ts'
import { point, reading, refuelId } from './visit.ts'

/** A fuelling point with nothing round it: no camera, no car, nobody who listens. */
export function createLonePump(store: Store, onEvents: (events: readonly StationEvent[]) => void) {
  let visits = 0
  const pump = createFuellingPoint({
    point: point(),
    store,
    firstSale: 'adopt',
    nextRefuelId: () => refuelId(++visits),
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    command: async () => undefined,
    ask: () => Promise.reject(new Error('nobody is asked after the fact')),
    watchPlates: null,
    evidenceSince: () => [],
    onStep: () => undefined,
    onEvents,
    onChange: () => undefined,
    onFatal(error) {
      throw error
    },
  })
  return {
    ...pump,
    shows: (over: Parameters<typeof reading>[0]) =>
      pump.observe(reading(over), new Date().toISOString()),
  }
}
