import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { IngestNote } from './ingest/index.ts'
import type { Recorded } from './payments/index.ts'

/** What the cloud counts. Nothing here names a member, a plate or a station: series stay few. */
export type Metrics = {
  readonly registry: Registry
  countNote(note: IngestNote): void
  countRecorded(kind: Recorded['kind']): void
}

/** @param jobCounts - Read at each scrape: charges waiting, by state. */
export function createMetrics(jobCounts: () => Promise<ReadonlyMap<string, number>>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const notes = new Counter({
    name: 'cloud_ingest_total',
    help: 'What came of the events that stations sent',
    labelNames: ['note'],
    registers: [registry],
  })
  const outcomes = new Counter({
    name: 'cloud_charge_outcomes_total',
    help: 'Answers of payment providers, as they were recorded',
    labelNames: ['kind'],
    registers: [registry],
  })
  new Gauge({
    name: 'cloud_charge_jobs',
    help: 'Charges without a final answer; stuck ones wait for a person',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await jobCounts()
      for (const state of ['charge', 'query', 'stuck']) this.set({ state }, counts.get(state) ?? 0)
    },
  })
  return {
    registry,
    countNote: (note) => notes.inc({ note }),
    countRecorded: (kind) => outcomes.inc({ kind }),
  }
}
