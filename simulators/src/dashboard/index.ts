import { serve } from '@hono/node-server'
import type { Logger } from 'pino'
import type { World } from '../world/world.ts'
import { createDashboardApp } from './app.ts'
import { buildDashboard } from './build.ts'

export type Dashboard = {
  /** The port it listens on; of interest when 0 was asked for. */
  readonly port: number
  /** Ends every open stream, then the server. Idempotent. */
  close(): Promise<void>
}

type DashboardOptions = {
  readonly world: World
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly log: Logger
  /** A page built elsewhere; without it the page is built here when it is missing or stale. */
  readonly webDirectory?: string
}

/**
 * Serves the operators' page and the door behind it: the world as it is, the world as it
 * changes, and what a person may do to it.
 *
 * @throws the listen error when the port is taken, the bundler's when the page cannot be built.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const webDirectory = options.webDirectory ?? (await buildDashboard(options.log))
  const closing = new AbortController()
  const app = createDashboardApp({ ...options, webDirectory, closing: closing.signal })
  return await new Promise<Dashboard>((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, hostname: options.host, port: options.port },
      ({ port }) => resolve({ port, close }),
    )
    server.once('error', reject)

    async function close(): Promise<void> {
      if (closing.signal.aborted) return
      closing.abort()
      const closed = new Promise<void>((done) => server.close(() => done()))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    }
  })
}
