import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { vehiclePayloadBytesMax } from '@forecourt/contracts'
import { guardConnection } from './guarded-connection.ts'

/** The listener's limits. */
export const listenerLimits = {
  /** Connections at once; further ones are dropped and counted. */
  connectionsMax: 500,
  /** A packet's body: the largest payload, its topic, and a token with room. A larger one closes the connection. */
  packetBytesMax: vehiclePayloadBytesMax + 1_024,
} as const

export type Listener = {
  readonly port: number
  /** Stops listening and cuts every connection, introduced or not. */
  close(): Promise<void>
}

/**
 * Listens for cars over TCP and hands over connections whose packets are bounded.
 *
 * @throws {Error} when the port cannot be had; the message names host, port and the setting.
 */
export async function listenForCars(deps: {
  readonly host: string
  readonly port: number
  readonly accept: (connection: Duplex) => void
  readonly count: (rejection: string) => void
}): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    deps.accept(
      guardConnection(socket, {
        packetBytesMax: listenerLimits.packetBytesMax,
        onRefused: (why) =>
          deps.count(why === 'oversized' ? 'mqtt_oversized' : 'mqtt_protocol_error'),
      }),
    )
  })
  server.maxConnections = listenerLimits.connectionsMax
  server.on('drop', () => deps.count('mqtt_connections_full'))
  await listening(server, deps)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : deps.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`no broker on ${host}:${port}: change mqtt.host or mqtt.port`, { cause })),
    )
    server.listen(port, host, resolve)
  })
}
