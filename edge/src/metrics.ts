import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** What the gateway tells Prometheus. Values are read when asked for, so nothing must be kept in step. */
export function createMetrics(read: {
  readonly outboxDepth: () => number
  readonly setAside: () => number
  readonly isOnline: () => boolean
  readonly pumpsOnline: () => ReadonlyMap<string, boolean>
}) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  gauge('edge_outbox_events', 'Events not yet confirmed by the cloud.', read.outboxDepth)
  gauge('edge_set_aside_events', 'Events the cloud will never take.', read.setAside)
  gauge('edge_uplink_online', '1 while the cloud answers.', () => (read.isOnline() ? 1 : 0))
  new Gauge({
    name: 'edge_pump_online',
    help: '1 while the controller answers.',
    labelNames: ['controller'],
    registers: [registry],
    collect() {
      for (const [controller, isOnline] of read.pumpsOnline()) {
        this.set({ controller }, isOnline ? 1 : 0)
      }
    },
  })
  const events = new Counter({
    name: 'edge_events_total',
    help: 'Events stored, by type.',
    labelNames: ['type'],
    registers: [registry],
  })
  const rejections = new Counter({
    name: 'edge_rejections_total',
    help: 'What was refused, dropped or failed, by name.',
    labelNames: ['name'],
    registers: [registry],
  })
  return { registry, events, rejections }
}
