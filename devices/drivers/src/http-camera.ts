import { type Camera, DeviceError } from '@forecourt/contracts'
import { pictureBytesMax, pictureHash, pictureState } from './picture.ts'

/**
 * A camera that answers `GET` with a snapshot, as most do. Asks conditionally when the camera
 * gave an ETag or a date, and otherwise compares pictures, so that a still picture is taken once.
 *
 * @param options.url - May carry credentials as `http://name:password@host/`; they are sent as
 *   basic authentication and never appear in an error.
 */
export function createHttpCamera(options: {
  readonly cameraId: string
  readonly url: string
}): Camera {
  const { cameraId } = options
  const { url, headers } = splitCredentials(options.url)
  const closing = new AbortController()
  let seen: Seen = { hash: null, conditions: {} }

  return {
    cameraId,
    capture: async (call) => {
      const timeout = AbortSignal.timeout(call.timeoutMs)
      const signal = AbortSignal.any([call.signal, closing.signal, timeout])
      const answer = await ask(cameraId, url, { ...headers, ...seen.conditions }, signal)
      if (answer === null) return null
      const state = pictureState(answer.picture)
      if (state !== 'whole') {
        const detail = `${answer.picture.length} bytes, ${state.replaceAll('_', ' ')}`
        throw new DeviceError('device_garbled', cameraId, detail)
      }
      const hash = pictureHash(answer.picture)
      const isNew = hash !== seen.hash
      seen = { hash, conditions: answer.conditions }
      if (!isNew) return null
      return { cameraId, picture: answer.picture, capturedAt: new Date().toISOString() }
    },
    close: async () => {
      closing.abort()
    },
  }
}

type Headers = Readonly<Record<string, string>>
type Seen = { readonly hash: string | null; readonly conditions: Headers }
type Snapshot = { readonly picture: Uint8Array; readonly conditions: Headers }

async function ask(
  cameraId: string,
  url: string,
  headers: Headers,
  signal: AbortSignal,
): Promise<Snapshot | null> {
  try {
    const response = await fetch(url, { headers, signal, redirect: 'error' })
    if (response.status === 304) return null
    if (!response.ok) {
      await response.body?.cancel()
      throw new DeviceError('device_refused', cameraId, `HTTP status ${response.status}`)
    }
    const picture = await readBody(cameraId, response)
    return { picture, conditions: conditionsOf(response) }
  } catch (error) {
    if (error instanceof DeviceError) throw error
    throw new DeviceError('device_timeout', cameraId, 'no snapshot in time', { cause: error })
  }
}

/** Reads up to the limit and drops the connection beyond it, whatever length was promised. */
async function readBody(cameraId: string, response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > pictureBytesMax) {
      const detail = `the snapshot is over the limit of ${pictureBytesMax} bytes`
      throw new DeviceError('device_garbled', cameraId, detail)
    }
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function conditionsOf(response: Response): Headers {
  const tag = response.headers.get('etag')
  const date = response.headers.get('last-modified')
  return {
    ...(tag === null ? {} : { 'if-none-match': tag }),
    ...(date === null ? {} : { 'if-modified-since': date }),
  }
}

function splitCredentials(text: string): { readonly url: string; readonly headers: Headers } {
  const url = new URL(text)
  const { username, password } = url
  if (username === '') return { url: text, headers: {} }
  url.username = ''
  url.password = ''
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  return { url: url.href, headers: { authorization } }
}
