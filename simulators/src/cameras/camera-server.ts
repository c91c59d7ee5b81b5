import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { createRandom } from '../scenarios/random.ts'
import { createFrameSource, type FrameSource, type View } from './frame-source.ts'

/** The forecourt's cameras: `GET /{cameraId}.jpg` answers the newest picture. */
export type CameraServer = {
  readonly port: number
  /** Puts something else before a camera. @throws {RangeError} for a camera that is not there. */
  show(cameraId: string, view: View): void
  /** Idempotent. */
  close(): Promise<void>
}

/** @throws {Error} when the port is taken. */
export async function createCameraServer(options: {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly cameraIds: readonly string[]
  readonly seed: number
  readonly log: Logger
}): Promise<CameraServer> {
  const views = new Map<string, View>(options.cameraIds.map((id) => [id, { kind: 'empty' }]))
  const source = createFrameSource(createRandom(options.seed))
  const server = serve({ views, source, log: options.log })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    show: (cameraId, view) => {
      if (!views.has(cameraId)) throw new RangeError(`no camera ${cameraId}`)
      views.set(cameraId, view)
    },
    close: async () => {
      if (!server.listening) return
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Cameras = {
  readonly views: ReadonlyMap<string, View>
  readonly source: FrameSource
  readonly log: Logger
}

function serve({ views, source, log }: Cameras): Server {
  return createServer((request, response) => {
    const cameraId = /^\/([A-Za-z0-9-]+)\.jpg$/.exec(request.url ?? '')?.[1]
    const view = cameraId === undefined ? undefined : views.get(cameraId)
    if (view === undefined || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such camera\n')
      return
    }
    source.frame(view).then(
      (picture) => {
        response
          .writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' })
          .end(picture)
      },
      (error: unknown) => {
        log.warn({ err: error, cameraId }, 'no picture')
        response.writeHead(503, { 'content-type': 'text/plain' }).end('no picture\n')
      },
    )
  })
}
