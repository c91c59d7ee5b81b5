import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { World } from '../world/world.ts'
import { problem } from './problem.ts'

/** At most five snapshots a second: a pump's own display does not count faster. */
const snapshotEveryMs = 200
/** A quiet stream says so this often, so that proxies and browsers keep it open. */
const heartbeatEveryMs = 15_000
/** Pages that may watch at once; the next one is refused with 503 until another closes. */
export const viewersMax = 32

/**
 * `GET /api/world/stream`: one `snapshot` event at once, then one after every change, never
 * more than five a second. A slow reader misses in-between snapshots, never the newest.
 */
export function createWorldStream(world: World, closing: AbortSignal): (c: Context) => Response {
  let viewers = 0
  return (c) => {
    if (viewers >= viewersMax) {
      const detail = `${viewersMax} pages watch already; close one and reload`
      return problem(c, { type: 'too_many_viewers', status: 503, detail })
    }
    viewers += 1
    const signal = AbortSignal.any([c.req.raw.signal, closing])
    return streamSSE(c, async (stream) => {
      try {
        await watch(world, stream, signal)
      } finally {
        viewers -= 1
      }
    })
  }
}

async function watch(world: World, stream: SSEStreamingApi, signal: AbortSignal): Promise<void> {
  let bell = new AbortController()
  const stop = world.onChange(() => bell.abort())
  try {
    bell.abort()
    while (!signal.aborted && !stream.aborted) {
      await pause(heartbeatEveryMs, AbortSignal.any([signal, bell.signal]))
      if (!bell.signal.aborted) {
        await stream.write(': still here\n\n')
        continue
      }
      bell = new AbortController()
      await stream.writeSSE({ event: 'snapshot', data: JSON.stringify(world.snapshot()) })
      await pause(snapshotEveryMs, signal)
    }
  } finally {
    stop()
  }
}

async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(forMs, undefined, { signal })
  } catch {
    // Woken early: by a change, or because the reader has gone. The loop looks which.
  }
}
