import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'

/** How long requests under way may take after the process was told to stop. */
const closeWithinMs = 5_000

type Listener = {
  readonly port: number
  /** From now on requests go to `fetch`; before that they are told to come again. */
  serveWith(fetch: (request: Request) => Response | Promise<Response>): void
  /** Takes no more, and cuts what is not done in time. */
  close(): Promise<void>
}

/** Takes the port first, because what is behind it has to know it. @throws When the port is taken. */
export async function listen(address: {
  readonly host: string
  readonly port: number
}): Promise<Listener> {
  let handle: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1' }).end()
  }
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, resolve)
  })
  return {
    port: portOf(server),
    serveWith: (fetch) => {
      const listener = getRequestListener(fetch)
      handle = (request, response) => void listener(request, response)
    },
    close: () => closeServer(server),
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function closeServer(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), closeWithinMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(timer)
}
