import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `pass` bytes both ways · `cut` connections are dropped and refused · `stall` connections stay,
 * nothing moves either way · `hold_answers` requests arrive, answers are withheld: the far side
 * has done the work, but nobody here knows.
 */
export type ProxyMode = 'pass' | 'cut' | 'stall' | 'hold_answers'

/** A line between two processes that can fail in the ways lines fail. */
export type TcpProxy = {
  readonly port: number
  mode(): ProxyMode
  /** Takes effect at once, for the open connections too. Withheld bytes pass on when they may. */
  setMode(mode: ProxyMode): void
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Withheld bytes are bounded by the sockets' own buffers: a paused socket is not read, so the
 * sender is held up by TCP itself.
 *
 * @throws {Error} when the port is taken.
 */
export async function createTcpProxy(options: {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly target: { readonly host: string; readonly port: number }
}): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let mode: ProxyMode = 'pass'

  const server = createServer((near) => {
    if (mode === 'cut') {
      near.destroy()
      return
    }
    const far = connect(options.target.port, options.target.host)
    const pair: Pair = { near, far }
    pairs.add(pair)
    join(pair, () => pairs.delete(pair))
    apply(pair, mode)
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    mode: () => mode,
    setMode: (next) => {
      mode = next
      for (const pair of pairs) apply(pair, mode)
    },
    close: async () => {
      if (!server.listening) return
      for (const pair of pairs) apply(pair, 'cut')
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The two ends of one connection: the caller is near, the target is far. */
type Pair = { readonly near: Socket; readonly far: Socket }

function join(pair: Pair, onClosed: () => void): void {
  const { near, far } = pair
  forward(near, far)
  forward(far, near)
  for (const socket of [near, far]) {
    // An error is always followed by close, which ends the pair.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      near.destroy()
      far.destroy()
      onClosed()
    })
  }
}

/** Not `pipe`: a pipe resumes a paused socket by itself. */
function forward(from: Socket, to: Socket): void {
  let held = false
  from.on('data', (bytes) => {
    if (to.write(bytes)) return
    held = true
    from.pause()
  })
  to.on('drain', () => {
    if (held && !isWithheld(from)) from.resume()
    held = false
  })
  from.on('end', () => to.end())
}

const withheld = new WeakSet<Socket>()
const isWithheld = (socket: Socket) => withheld.has(socket)

function apply({ near, far }: Pair, mode: ProxyMode): void {
  switch (mode) {
    case 'pass':
      release(near)
      release(far)
      return
    case 'cut':
      near.destroy()
      far.destroy()
      return
    case 'stall':
      withhold(near)
      withhold(far)
      return
    case 'hold_answers':
      release(near)
      withhold(far)
  }
}

function withhold(socket: Socket): void {
  withheld.add(socket)
  socket.pause()
}

function release(socket: Socket): void {
  withheld.delete(socket)
  socket.resume()
}
