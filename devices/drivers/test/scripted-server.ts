import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A request as it arrived, and the means to answer it when and how the test likes. */
export type ScriptedRequest = {
  /** Counts from 1 over all connections. */
  readonly index: number
  /** Counts from 1. */
  readonly connection: number
  readonly transactionId: number
  readonly unitId: number
  readonly functionCode: number
  readonly address: number
  readonly count: number
  /** Answers with registers, under this request's number unless another is given. */
  answer(registers: readonly number[], as?: { readonly transactionId?: number }): void
  refuse(exception: number): void
  raw(bytes: Uint8Array): void
  hangUp(): void
}

/**
 * A Modbus TCP server that does what the test says, well-behaved or not. It parses requests
 * itself, so that no library's idea of Modbus stands between the driver and the fault.
 */
export async function startScriptedServer(onRequest: (request: ScriptedRequest) => void, port = 0) {
  const sockets = new Set<Socket>()
  let index = 0
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    connections += 1
    const connection = connections
    let bytes = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 6 && bytes.length >= 6 + bytes.readUInt16BE(4)) {
        const frame = bytes.subarray(0, 6 + bytes.readUInt16BE(4))
        bytes = bytes.subarray(frame.length)
        index += 1
        onRequest(toRequest(socket, frame, { index, connection }))
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    requests: () => index,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function toRequest(
  socket: Socket,
  frame: Buffer,
  counts: { readonly index: number; readonly connection: number },
): ScriptedRequest {
  const transactionId = frame.readUInt16BE(0)
  const unitId = frame.readUInt8(6)
  const functionCode = frame.readUInt8(7)
  const send = (id: number, code: number, body: Uint8Array) => {
    const header = Buffer.alloc(8)
    header.writeUInt16BE(id, 0)
    header.writeUInt16BE(body.length + 2, 4)
    header.writeUInt8(unitId, 6)
    header.writeUInt8(code, 7)
    if (!socket.destroyed) socket.write(Buffer.concat([header, body]))
  }
  return {
    ...counts,
    transactionId,
    unitId,
    functionCode,
    address: frame.readUInt16BE(8),
    count: frame.readUInt16BE(10),
    answer: (registers, as) => {
      const body = Buffer.alloc(1 + registers.length * 2)
      body.writeUInt8(registers.length * 2, 0)
      for (const [i, register] of registers.entries()) body.writeUInt16BE(register, 1 + i * 2)
      send(as?.transactionId ?? transactionId, functionCode, body)
    },
    refuse: (exception) => send(transactionId, functionCode | 0x80, Uint8Array.of(exception)),
    raw: (bytes) => socket.write(bytes),
    hangUp: () => socket.destroy(),
  }
}
