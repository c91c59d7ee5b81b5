import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { type BookFile, openBookFile } from './book-file.ts'
import { createChargeRoutes } from './charge-routes.ts'
import type { Charge } from './charges.ts'
import { createControlRoutes } from './control-routes.ts'
import { createNotifier, notifyDelaysMs } from './notices.ts'

/** The largest body the sandbox reads; larger ones are answered 413. */
const bodyBytesMax = 16_384

export type Sandbox = {
  readonly port: number
  readonly url: string
  /** The provider's own truth: every charge, and how often money was taken for it. */
  charges(): readonly Charge[]
  /** Idempotent. Charges in flight are cut off. */
  close(): Promise<void>
}

type SandboxParts = {
  /** The secret shared with the merchant. */
  readonly key: string
  readonly log: Logger
  readonly host?: string
  /** 0 for any free port. */
  readonly port?: number
  /** Where the book is kept; null keeps it in memory only. */
  readonly dataFile?: string | null
  /** Epoch milliseconds. */
  readonly clock?: () => number
  readonly notifyDelaysMs?: readonly number[]
}

/**
 * A payment provider to develop against: signed charges by contract, queries, notices, and a
 * control plane that chooses how each contract's bank behaves. Not a real provider's protocol.
 *
 * @throws {BookFileError} when the book cannot be read.
 * @throws when the port is taken (`EADDRINUSE`).
 */
export async function createSandbox(parts: SandboxParts): Promise<Sandbox> {
  const books = openBookFile(parts.dataFile ?? null)
  const { key, log, clock = Date.now } = parts
  const delaysMs = parts.notifyDelaysMs ?? notifyDelaysMs
  const notifier = createNotifier({ key, log, clock, nonce: randomUUID, delaysMs })
  const app = new Hono()
    .use(bodyLimit({ maxSize: bodyBytesMax, onError: (c) => c.json(tooLarge, 413) }))
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .route('/v1', createChargeRoutes({ key, log, clock, books, notifier }))
    .route('/control', createControlRoutes({ books }))
    .notFound((c) => c.json({ code: 'not_found', message: 'no such path' }, 404))
    .onError((error, c) => {
      log.error({ err: error }, 'request failed')
      return c.json({ code: 'internal', message: 'the sandbox failed; see its log' }, 500)
    })
  const host = parts.host ?? '127.0.0.1'
  const server = await listen(app, host, parts.port ?? 0)
  return {
    port: server.port,
    url: `http://${host}:${server.port}`,
    charges: () => [...books.book.charges.values()],
    close: once(() => closeAll(server, notifier, books)),
  }
}

const tooLarge = { code: 'body_too_large', message: `send at most ${bodyBytesMax} bytes` }

type Listening = { readonly port: number; close(): Promise<void> }

function listen(app: Hono, hostname: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (address) =>
      resolve({
        port: address.port,
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => closed())
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      }),
    )
    server.once('error', reject)
  })
}

async function closeAll(server: Listening, notifier: { close(): void }, books: BookFile) {
  notifier.close()
  await server.close()
  books.close()
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}
