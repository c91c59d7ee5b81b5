import { StationSnapshot } from '@forecourt/contracts'
import { createCaller } from './http-call.ts'

/** The gateway's local API, as a watcher on the forecourt uses it. */
export type EdgeApi = {
  /** @throws {CallError} while the gateway is down. */
  station(): Promise<StationSnapshot>
}

export function createEdgeApi(baseUrl: string): EdgeApi {
  const call = createCaller(baseUrl, null)
  return { station: () => call({ method: 'GET', path: '/station' }, StationSnapshot) }
}
