import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'

/**
 * Listens for the local API.
 *
 * @param address - Port 0 takes any free port.
 * @throws {Error} naming the port and the field to change when it is taken.
 */
export async function listen(
  app: Hono,
  address: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>()
  const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port }, resolve)
  server.once('error', reject)
  try {
    const { port } = await promise
    return {
      port,
      close: () =>
        new Promise((done) => {
          server.close(() => done())
          if ('closeAllConnections' in server) server.closeAllConnections()
        }),
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const fix = 'set http.port in the station config to a free one'
    throw new Error(`http: cannot listen on ${address.host}:${address.port} (${detail}): ${fix}`, {
      cause: error,
    })
  }
}
