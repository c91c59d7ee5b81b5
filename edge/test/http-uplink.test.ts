import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createHttpUplink } from '../src/uplink/index.ts'
import { openHttpPeer, stationToken } from './http-peer.ts'
import { describeUplink, event } from './uplink-conformance.ts'

describeUplink('HTTP', openHttpPeer)

async function answering(status: number, body: string) {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uplink = createHttpUplink({
    url: `http://127.0.0.1:${port}`,
    stationId: 'demo-1',
    token: stationToken,
  })
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
