import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { beforePacket, type PacketScan, scanPackets } from './packet-scan.ts'

/**
 * A socket whose packets cannot grow: aedes buffers a packet until it is whole, up to MQTT's
 * 256 MiB, so one announced too large is refused here, before its body is read.
 *
 * Destroying either side destroys the other. Bytes wait in the socket while aedes is busy.
 */
export function guardConnection(
  socket: Socket,
  options: {
    readonly packetBytesMax: number
    readonly onRefused: (why: 'oversized' | 'malformed') => void
  },
): Duplex {
  let scan: PacketScan = beforePacket
  const connection = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev: (chunks, done) =>
      void socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    scan = scanPackets(scan, chunk, options.packetBytesMax)
    if (scan.kind === 'refused') {
      options.onRefused(scan.why)
      connection.destroy()
    } else if (!connection.push(chunk)) socket.pause()
  })
  socket.on('end', () => connection.push(null))
  socket.on('error', (error) => connection.destroy(error))
  socket.on('close', () => connection.destroy())
  return connection
}
