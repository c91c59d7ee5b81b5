import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpCamera } from '../src/index.ts'
import { pictureBytesMax } from '../src/picture.ts'
import { describeCamera, jpeg } from './camera-conformance.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(answer: Answer) {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  return { port, stop }
}

describeCamera('the HTTP camera', async () => {
  let shown: Uint8Array = jpeg(0)
  const server = await startServer((_, response) => response.end(shown))
  const camera = createHttpCamera({ cameraId: 'cam-1', url: `http://127.0.0.1:${server.port}/` })
  return {
    camera,
    show: async (picture) => {
      shown = picture
    },
    breakDown: server.stop,
    dispose: async () => {
      await camera.close()
      await server.stop()
    },
  }
})

async function open(answer: Answer, credentials = '') {
  const server = await startServer(answer)
  const url = `http://${credentials}127.0.0.1:${server.port}/cam-1.jpg`
  const camera = createHttpCamera({ cameraId: 'cam-1', url })
  onTestFinished(async () => {
    await camera.close()
    await server.stop()
  })
  return (timeoutMs = 1_000) => camera.capture({ timeoutMs, signal: AbortSignal.timeout(5_000) })
}

test('a camera with an ETag is asked conditionally and need not send a picture again', async () => {
  const asked: (string | undefined)[] = []
  const capture = await open((request, response) => {
    asked.push(request.headers['if-none-match'])
    if (request.headers['if-none-match'] === '"a"') response.writeHead(304).end()
    else response.writeHead(200, { etag: '"a"' }).end(jpeg(1))
  })
  expect(await capture()).not.toBeNull()
  expect(await capture()).toBeNull()
  expect(asked).toEqual([undefined, '"a"'])
})

test('a login page instead of a picture is garbled', async () => {
  const capture = await open((_, response) => response.end('<html>please log in</html>'))
  await expect(capture()).rejects.toMatchObject({ code: 'device_garbled' })
})

test('half a picture is garbled', async () => {
  const capture = await open((_, response) => response.end(jpeg(1).subarray(0, 6)))
  await expect(capture()).rejects.toThrow(/garbled: 6 bytes, partial/)
})

test('a status other than success is a refusal that says which', async () => {
  const capture = await open((_, response) => response.writeHead(401).end())
  await expect(capture()).rejects.toMatchObject({ code: 'device_refused' })
  await expect(capture()).rejects.toThrow(/401/)
})

test('a picture over the limit is given up as soon as it is over, whatever was promised', async () => {
  let sent = 0
  const capture = await open((_, response) => {
    const chunk = Buffer.alloc(1_024 * 1_024, 0xff)
    const more = () => {
      sent += chunk.length
      if (!response.destroyed) response.write(chunk, () => setImmediate(more))
    }
    more()
  })
  await expect(capture(4_000)).rejects.toThrow(/over the limit/)
  expect(sent).toBeLessThan(4 * pictureBytesMax)
})

test('a camera that accepts and then says nothing is a timeout', async () => {
  const capture = await open(() => undefined)
  await expect(capture(50)).rejects.toMatchObject({ code: 'device_timeout' })
})

test('credentials are sent as basic authentication and never told', async () => {
  const seen: (string | undefined)[] = []
  const capture = await open((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(403).end()
  }, 'viewer:p%40ss@')
  const error = await capture().catch((caught: unknown) => caught)
  expect(seen).toEqual([`Basic ${Buffer.from('viewer:p@ss').toString('base64')}`])
  expect(String(error)).not.toContain('p@ss')
})
