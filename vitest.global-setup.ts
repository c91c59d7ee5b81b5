import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'

/**
 * Real parts for tests: what is missing is installed (Debian, as root), started once, and given
 * to tests by `inject(name)`. A part that cannot be had is null: groups that need it are skipped
 * by name, and with CI=true the run fails here instead.
 */
export type RealParts = {
  /** A running nats-server with JetStream, `nats://…`. */
  natsUrl: string | null
  /** A running PostgreSQL's maintenance database; tests create a database each. */
  postgresUrl: string | null
  /** Programs on PATH: an absolute path, or null. */
  natsServer: string | null
  mosquittoPub: string | null
  chromium: string | null
  /** A python3 that imports pymodbus and can serve with it. */
  pymodbusPython: string | null
  mbpoll: string | null
  /** A python3 that imports torch, cv2 and onnx: what the plate networks are trained with. */
  trainingPython: string | null
  /** The development pictures beside the checkout; users have none. */
  platesDirectory: string | null
}

declare module 'vitest' {
  export interface ProvidedContext extends RealParts {}
}

const debianPackages: Readonly<Record<string, string>> = {
  'nats-server': 'nats-server',
  mosquitto_pub: 'mosquitto-clients',
  chromium: 'chromium',
  mbpoll: 'mbpoll',
  // Its server wants a module for serial lines, which the package only recommends.
  pymodbus: 'python3-pymodbus python3-serial-asyncio',
  postgres: 'postgresql',
  training: 'python3-torch python3-opencv python3-onnx',
}

const find = {
  program: (name: string) =>
    (process.env['PATH'] ?? '')
      .split(':')
      .concat('/usr/sbin', '/usr/bin', '/usr/local/bin')
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path)) ?? null,
  python: (modules: string) =>
    ['/usr/bin/python3', 'python3'].find((python) => imports(python, modules)) ?? null,
  postgres: () => globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? null,
}

function imports(python: string, modules: string): boolean {
  try {
    execFileSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' })
    return true
  } catch {
    return false // Not this python; the next one may have it.
  }
}

function look() {
  return {
    'nats-server': find.program('nats-server'),
    mosquitto_pub: find.program('mosquitto_pub'),
    chromium: find.program('chromium'),
    mbpoll: find.program('mbpoll'),
    pymodbus: find.python('pymodbus.server'),
    training: find.python('torch, cv2, onnx'),
    postgres: find.postgres(),
  }
}

function installMissing(): void {
  const missing = Object.entries(look()).filter(([, path]) => path === null)
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const packages = missing.flatMap(([name]) => (debianPackages[name] ?? name).split(' '))
  console.log(`test set-up: installing ${packages.join(', ')}`)
  const options = {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const
  try {
    execFileSync('apt-get', ['update'], options)
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
  } catch (error) {
    console.log(`test set-up: apt-get failed: ${String(error)}`)
  }
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

async function untilListening(port: number): Promise<void> {
  const { connect } = await import('node:net')
  for (let attempt = 0; attempt < 200; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
  throw new Error(`nothing listens on port ${port} after 10 s`)
}

type Started = { readonly url: string; stop(): Promise<void> }

/**
 * A server that lives only as long as we hold its stdin: it goes when we go, however we end.
 * `signal` is what it is told then.
 */
function startOnLeash(
  command: readonly string[],
  signal: 'TERM' | 'QUIT',
  become: readonly string[] = [],
) {
  const leash = `trap "" INT; "$@" & server=$!; cat > /dev/null; kill -${signal} "$server"; wait "$server"`
  const [program = 'sh', ...args] = [...become, '/bin/sh', '-c', leash, 'sh', ...command]
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(child, 'exit')
  return async () => {
    child.stdin?.end()
    await ended
  }
}

async function startNats(program: string, folder: string): Promise<Started> {
  const port = await freePort()
  const command = [program, '-js', '-sd', join(folder, 'nats'), '-a', '127.0.0.1', '-p', `${port}`]
  const stop = startOnLeash(command, 'TERM')
  await untilListening(port)
  return { url: `nats://127.0.0.1:${port}`, stop }
}

/** PostgreSQL refuses to run as root, so root becomes `postgres` first. */
async function startPostgres(bin: string, folder: string): Promise<Started> {
  const port = await freePort()
  const data = join(folder, 'postgres')
  const isRoot = process.getuid?.() === 0
  const become = isRoot ? ['runuser', '-u', 'postgres', '--'] : []
  if (isRoot) execFileSync('chown', ['postgres', folder])
  const initdb = [join(bin, 'initdb'), '-D', data, '-U', 'forecourt', '--auth=trust', '-E', 'UTF8']
  const [program = '', ...args] = [...become, ...initdb, '--locale=C.UTF-8']
  execFileSync(program, args, { stdio: 'ignore' })
  const listen = ['-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=100']
  const command = [join(bin, 'postgres'), '-D', data, '-p', `${port}`, ...listen]
  const stop = startOnLeash(command, 'QUIT', become)
  await untilListening(port)
  await untilReady(join(bin, 'pg_isready'), port)
  return { url: `postgres://forecourt@127.0.0.1:${port}/postgres`, stop }
}

/** The port is open a moment before PostgreSQL takes anybody in. */
async function untilReady(pgIsReady: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      execFileSync(pgIsReady, ['-h', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore' })
      return
    } catch {
      await sleep(50) // Still starting.
    }
  }
  throw new Error('PostgreSQL is not ready after 10 s')
}

export default async function setup(project: TestProject) {
  installMissing()
  const programs = look()
  const folder = mkdtempSync(join(tmpdir(), 'forecourt-test-'))
  const nats = programs['nats-server'] ? await startNats(programs['nats-server'], folder) : null
  const postgresFolder = mkdtempSync(join(tmpdir(), 'forecourt-pg-'))
  const postgres = programs.postgres ? await startPostgres(programs.postgres, postgresFolder) : null
  const plates = join(import.meta.dirname, '../shared/plates')

  const parts: RealParts = {
    natsUrl: nats?.url ?? null,
    postgresUrl: postgres?.url ?? null,
    natsServer: programs['nats-server'],
    mosquittoPub: programs.mosquitto_pub,
    chromium: programs.chromium,
    mbpoll: programs.mbpoll,
    pymodbusPython: programs.pymodbus,
    trainingPython: programs.training,
    platesDirectory: existsSync(plates) ? plates : null,
  }
  const missing = Object.entries(parts).filter(([, part]) => part === null)
  for (const [name] of missing)
    console.log(`test set-up: no ${name}; groups that need it are skipped`)
  const fatal = missing.filter(([name]) => name !== 'platesDirectory')
  if (process.env['CI'] === 'true' && fatal.length > 0) {
    throw new Error(`CI must not skip: missing ${fatal.map(([name]) => name).join(', ')}`)
  }
  for (const [name, part] of Object.entries(parts)) project.provide(name as keyof RealParts, part)

  return async () => {
    await nats?.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
    rmSync(postgresFolder, { recursive: true, force: true })
  }
}
