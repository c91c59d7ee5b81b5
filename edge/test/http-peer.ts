import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AuthorisationAnswer, StationEvent } from '@forecourt/contracts'
import { createHttpUplink } from '../src/uplink/index.ts'
import { createPeerMemory, type UplinkPeer } from './uplink-conformance.ts'

export const stationToken = 'station-token-0123456789'

export type HttpPeer = UplinkPeer & {
  readonly url: string
  /** Every event as it came, repeats included. */
  events(): readonly StationEvent[]
}

/** A small real cloud over HTTP. */
export async function openHttpPeer(): Promise<HttpPeer> {
  const memory = createPeerMemory()
  const events: StationEvent[] = []
  let answer: Omit<AuthorisationAnswer, 'requestId'> | null = null
  let lost = 0
  let isRefusing = false
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://peer')
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    void text(request).then((body) => {
      if (request.headers.authorization !== `Bearer ${stationToken}`)
        return say(401, { type: 'unauthorised' })
      if (isRefusing) return say(409, { type: 'station_in_use', detail: 'another gateway' })
      if (url.pathname === '/v1/stations/demo-1/events') {
        const sent = JSON.parse(body).events as StationEvent[]
        events.push(...sent)
        const receipts = memory.take(sent)
        if (lost-- > 0) return response.destroy()
        return say(200, { receipts })
      }
      if (url.pathname === '/v1/stations/demo-1/authorisations') {
        return say(200, { requestId: JSON.parse(body).requestId, ...answer })
      }
      const after = Number(url.searchParams.get('after'))
      return say(200, { settlements: memory.after(after) })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uplink = createHttpUplink({
    url: `http://127.0.0.1:${port}`,
    stationId: 'demo-1',
    token: stationToken,
  })
  const stop = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    url: `http://127.0.0.1:${port}`,
    uplink,
    events: () => events,
    taken: () => memory.ids,
    loseReceipts: (times) => {
      lost = times
    },
    reject: (eventId) => void memory.bad.add(eventId),
    answer: (next) => {
      answer = next
    },
    settle: (one) => void memory.settlements.push(one),
    refuse: () => {
      isRefusing = true
    },
    stop,
    close: async () => {
      await uplink.close()
      await stop()
    },
  }
}
