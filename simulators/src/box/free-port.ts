import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { host } from './layout.ts'

/** A port was asked for by number and somebody else has it. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly port: number
  readonly purpose: string

  constructor(port: number, purpose: string, options?: ErrorOptions) {
    super(`port ${port} (${purpose}) is taken by another program`, options)
    this.port = port
    this.purpose = purpose
  }
}

/**
 * Free ports are taken from here, below those that systems hand to outgoing connections (Linux from
 * 32768, others from 49152): until it is listened on, nobody is given it by chance.
 */
const free = { from: 15_000, below: 32_000, triesMax: 50 } as const

/**
 * The wanted port, or any free one for 0. The port is tried by listening on it, so a taken one
 * is told before anything has started.
 *
 * @throws {PortTakenError}
 */
export async function claimPort(
  purpose: string,
  wanted: number,
  listenOn: string = host,
): Promise<number> {
  if (wanted !== 0) return await tryPort(purpose, wanted, listenOn)
  for (let left = free.triesMax; ; left--) {
    try {
      return await tryPort(purpose, randomInt(free.from, free.below), listenOn)
    } catch (error) {
      if (left <= 1) throw error
    }
  }
}

async function tryPort(purpose: string, wanted: number, listenOn: string): Promise<number> {
  const server = createServer()
  try {
    server.listen(wanted, listenOn)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    throw new PortTakenError(wanted, purpose, { cause: error })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
