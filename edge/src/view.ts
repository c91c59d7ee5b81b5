import type { StationSnapshot, Uplink } from '@forecourt/contracts'
import type { StationConfig } from './config.ts'
import type { Forecourt } from './forecourt.ts'
import { toPumpSnapshot } from './snapshot.ts'
import type { Steps } from './steps.ts'
import type { Store } from './store/index.ts'
import type { Telematics } from './telematics/index.ts'
import type { Forwarder } from './uplink/index.ts'

/** The whole station as people and probes see it, put together when they ask. */
export function createView(deps: {
  readonly station: StationConfig
  readonly store: Store
  readonly uplink: Uplink
  readonly steps: Steps
  readonly forecourt: Forecourt
  readonly forwarder: Forwarder
  readonly telematics: Telematics
  readonly now: () => Date
}) {
  const { store, forwarder, forecourt, steps } = deps
  return {
    snapshot(): StationSnapshot {
      const { online, lastReceiptAt } = forwarder.state()
      const outboxDepth = store.outbox.depth()
      const setAside = store.outbox.setAsideCount()
      return {
        stationId: deps.station.stationId,
        edgeId: store.edgeId,
        at: deps.now().toISOString(),
        uplink: { kind: deps.uplink.kind, online, outboxDepth, setAside, lastReceiptAt },
        pumps: forecourt.pumps().map(({ config, state }) => toPumpSnapshot(config, state)),
        fuellingPoints: forecourt.fuellingPoints(),
        vehicles: deps.telematics.vehicles(),
        steps: steps.newest(),
        rejections: steps.rejections(),
      }
    },

    /** Why the gateway is not ready. A line that is down is no reason: it is built for that. */
    notReady(): readonly string[] {
      const { refusal } = forwarder.state()
      const lost = forecourt.pumps().filter(({ state }) => !state.online)
      return [
        ...(store.isWritable() ? [] : [stuckText(store)]),
        ...(store.outbox.isFull() ? ['outbox: full, no pump is released on authorisation'] : []),
        ...(refusal === null ? [] : [refusal]),
        ...lost.map(({ config, state }) => {
          return `pump ${config.controllerId}: ${state.lastFault ?? 'not read yet'}`
        }),
      ]
    },
  }
}

function stuckText(store: Store): string {
  const waiting = `${store.waiting()} changes wait in memory`
  return `store: the disk takes no writes, ${waiting}; free some of it before this stops`
}
