import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { z } from 'zod'

/** A process of the product, started as its operators start it. */
export type Child = {
  readonly name: string
  readonly pid: number
  /** What it said when it was ready; `port` and the like. */
  readonly ready: Readonly<Record<string, unknown>>
  /** Resolves when it has ended, with its exit code or the signal's name. */
  readonly ended: Promise<string>
  /** As `ended`, but never resolves when `stop` ended it. */
  readonly endedByItself: Promise<string>
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL when that took longer than `graceMs`. Idempotent. */
  stop(graceMs?: number): Promise<void>
}

/** A child ended, or stayed silent, before it was ready. */
export class ChildError extends Error {
  override readonly name = 'ChildError'
}

const linesKept = 30
const graceDefaultMs = 5_000

export type ChildOptions = {
  readonly name: string
  /** From the repository's root. */
  readonly entry: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The `msg` of the log line that says it is ready. */
  readonly readyMessage: string
  readonly deadlineMs: number
  readonly log: Logger
}

const root = join(import.meta.dirname, '../../..')

/** Starts a process and waits for its ready line. @throws {ChildError} with its last lines. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, log } = options
  const leash = join(import.meta.dirname, 'leash.ts')
  const child = spawn(
    process.execPath,
    ['--import', leash, join(root, options.entry), ...(options.args ?? [])],
    {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env,
      // Its own group: Ctrl-C reaches only us, and we stop the children in the right order.
      detached: true,
    },
  )
  const ended = endOf(child)
  const lines: string[] = []
  const ready = new Promise<Record<string, unknown>>((resolve) => {
    follow(child, (line) => {
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      log.debug({ child: name, line }, 'child said')
      const said = parseLine(line)
      if (said?.['msg'] === options.readyMessage) resolve(said)
    })
  })
  const outcome = await Promise.race([
    ready,
    ended,
    sleep(options.deadlineMs, `silent for ${options.deadlineMs} ms`, { ref: false }),
  ])
  if (typeof outcome === 'string') {
    await stopChild(child, ended, 0)
    const reason = reasonIn(lines) ?? `its last lines:\n${lines.join('\n')}`
    throw new ChildError(`${name} did not start (${outcome}): ${reason}`)
  }
  let stopping = false
  return {
    name,
    pid: child.pid ?? 0,
    ready: outcome,
    ended,
    endedByItself: new Promise((resolve) => {
      void ended.then((how) => {
        if (!stopping) resolve(how)
      })
    }),
    signal: (signal) => child.kill(signal),
    stop: (graceMs = graceDefaultMs) => {
      stopping = true
      return stopChild(child, ended, graceMs)
    },
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit')
    return signal === null ? `exit code ${String(code)}` : String(signal)
  } catch (error) {
    return `could not be started: ${String(error)}`
  }
}

function follow(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine)
  }
  // Writing nothing, ever; but a child that dies closes the pipe under us.
  child.stdin?.on('error', () => undefined)
}

/** pino's level of a last word. */
const fatal = 60
const LastWord = z.object({ level: z.literal(fatal), err: z.object({ message: z.string() }) })

/** What a process that gave up said was the matter; null when it said nothing we understand. */
function reasonIn(lines: readonly string[]): string | null {
  const words = lines.map((line) => LastWord.safeParse(parseLine(line)).data)
  return words.findLast((word) => word !== undefined)?.err.message ?? null
}

function parseLine(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null // A line that only looks like JSON is for people.
  }
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<string>,
  graceMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // A stopped (SIGSTOP) process would not hear SIGTERM.
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const late = sleep(graceMs, 'late', { ref: false })
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL')
  await ended
}
