import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inheritedEnv, programFolders } from './config.ts'
import { claimPort } from './free-port.ts'
import { host } from './layout.ts'

export type NatsServer = { readonly port: number; close(): Promise<void> }

/** Lets the server live only as long as we hold its stdin, however we end. */
const onLeash = 'trap "" INT; "$@" & server=$!; cat > /dev/null; kill "$server"; wait "$server"'
const startAttemptsMax = 100
const startEveryMs = 50

/** Starts a nats-server with JetStream of its own. @throws {Error} when none is installed. */
export async function startNats(dataDirectory: string): Promise<NatsServer> {
  const program = programFolders()
    .map((folder) => join(folder, 'nats-server'))
    .find((path) => existsSync(path))
  if (program === undefined) {
    throw new Error(
      'no nats-server on PATH: install it (Debian: apt-get install nats-server), or give NATS_URL',
    )
  }
  const port = await claimPort('NATS', 0)
  const server = [program, '-js', '-sd', join(dataDirectory, 'nats'), '-a', host, '-p', `${port}`]
  const child = spawn('/bin/sh', ['-c', onLeash, 'sh', ...server], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: inheritedEnv(),
    detached: true,
  })
  await untilListening(port)
  return {
    port,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < startAttemptsMax; attempt++) {
    if (await listens(port)) return
    await sleep(startEveryMs)
  }
  throw new Error(`nats-server does not listen on port ${port}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
