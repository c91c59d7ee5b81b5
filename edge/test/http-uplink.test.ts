import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AuthorisationAnswer, StationEvent } from '@forecourt/contracts'
import { expect, test } from 'vitest'
import { createHttpUplink } from '../src/uplink/index.ts'
import { createPeerMemory, describeUplink, event, type UplinkPeer } from './uplink-conformance.ts'

const token = 'station-token-0123456789'

async function openPeer(): Promise<UplinkPeer> {
  const memory = createPeerMemory()
  let answer: Omit<AuthorisationAnswer, 'requestId'> | null = null
  let lost = 0
  let isRefusing = false
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://peer')
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    text(request).then((body) => {
      if (request.headers.authorization !== `Bearer ${token}`)
        return say(401, { type: 'unauthorised' })
      if (isRefusing) return say(409, { type: 'station_in_use', detail: 'another gateway' })
      if (url.pathname === '/v1/stations/demo-1/events') {
        const receipts = memory.take(JSON.parse(body).events as StationEvent[])
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
  const uplink = createHttpUplink({ url: `http://127.0.0.1:${port}`, stationId: 'demo-1', token })
  const stop = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    uplink,
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

describeUplink('HTTP', openPeer)

async function answering(status: number, body: string) {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uplink = createHttpUplink({ url: `http://127.0.0.1:${port}`, stationId: 'demo-1', token })
  const call = { timeoutMs: 2_000, signal: new AbortController().signal }
  const error = await uplink.send([event(1)], call).catch((caught) => caught)
  await uplink.close()
  server.closeAllConnections()
  server.close()
  return error
}

test.each([
  [500, '{}', 'uplink_down'],
  [429, '{}', 'uplink_down'],
  [401, '{"type":"unauthorised"}', 'uplink_refused'],
  [403, '<html>a proxy</html>', 'uplink_refused'],
  [302, '', 'uplink_refused'],
  [200, 'hello', 'uplink_garbled'],
  [200, '{"receipts":[{"eventId":1}]}', 'uplink_garbled'],
])('an answer %i %s is %s', async (status, body, code) => {
  expect(await answering(status, body)).toMatchObject({ code })
})
