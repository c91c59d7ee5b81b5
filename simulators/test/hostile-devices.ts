import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import sharp from 'sharp'

/** Something on the forecourt that answers wrongly, and whoever has to end it. */
export type HostileDevice = { readonly port: number; close(): Promise<void> }

const host = '127.0.0.1'
const tooManyBytes = 30_000_000

/** A camera that has seen better days: every kind of bad picture in turn, until it is mended. */
export async function startHostileCamera(
  realUrl: string,
): Promise<HostileDevice & { mend(): void; served(): number }> {
  const whole = await sharp(randomBytes(640 * 480 * 3), {
    raw: { width: 640, height: 480, channels: 3 },
  })
    .jpeg()
    .toBuffer()
  const bodies: readonly Buffer[] = [
    whole.subarray(0, whole.length / 2),
    // It begins and ends as a JPEG does: only who decodes it can tell.
    Buffer.concat([whole.subarray(0, 4), randomBytes(9_000), whole.subarray(-2)]),
    Buffer.from('<html><body>please log in</body></html>'),
    Buffer.alloc(tooManyBytes, 0xff),
    Buffer.alloc(0),
  ]
  let served = 0
  let isMended = false
  const server = createHttpServer((_request, response) => {
    const body = bodies[served % bodies.length]
    served += 1
    if (!isMended) {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(body)
      return
    }
    fetch(realUrl)
      .then(async (answer) => response.end(Buffer.from(await answer.arrayBuffer())))
      .catch(() => response.destroy())
  })
  const device = await listening(server)
  return {
    ...device,
    served: () => served,
    mend: () => {
      isMended = true
    },
    close: async () => {
      server.closeAllConnections()
      await device.close()
    },
  }
}

/** A pump controller that answers every request with something else: noise, or too few registers. */
export async function startGarbledPump(): Promise<HostileDevice> {
  const sockets = new Set<Socket>()
  let answers = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined) // The gateway hangs up on it, as it should.
    socket.on('data', (request: Buffer) => {
      answers += 1
      socket.write(answers % 2 === 0 ? randomBytes(64) : oneRegister(request))
    })
  })
  const device = await listening(server)
  return {
    ...device,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await device.close()
    },
  }
}

/** The right transaction number, unit and function, but one register, whatever was asked for. */
function oneRegister(request: Buffer): Buffer {
  const header = Buffer.from(request.subarray(0, 8))
  header.writeUInt16BE(5, 4)
  return Buffer.concat([header, Buffer.from([2, 0, 7])])
}

async function listening(server: Server): Promise<HostileDevice> {
  server.listen(0, host)
  await once(server, 'listening')
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port: (server.address() as AddressInfo).port, close }
}

/** What no protocol here means anything by. */
const noise = (): readonly Buffer[] => [
  randomBytes(2_048),
  Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'),
  Buffer.from(`POST /v1/stations HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`),
  Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f]), // MQTT: a publish of 200 MB is coming.
  Buffer.from([0x30, 3, 0, 1, 0x61]), // MQTT: a publish before its connect.
  Buffer.from([0, 1, 0, 0, 0xff, 0xff, 1, 3]), // Modbus: 65 kB are coming.
  Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0xff, 0xff, 0xff, 0xff]), // Modbus: every register.
]

/** Sends all of it to a port, a connection each; some are hung up properly, some are torn off. */
export async function sendNoise(port: number): Promise<void> {
  await Promise.all(noise().map((bytes, index) => sendTo(port, bytes, index % 2 === 0)))
}

async function sendTo(port: number, bytes: Buffer, isPolite: boolean): Promise<void> {
  const socket = connect(port, host)
  socket.on('error', () => undefined) // Being thrown out is what it came for.
  await once(socket, 'connect')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(bytes, () => (isPolite ? socket.end() : socket.resetAndDestroy()))
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), 2_000)
  await closed
  clearTimeout(timer)
}
