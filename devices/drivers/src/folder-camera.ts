import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Camera, DeviceError, type Frame } from '@forecourt/contracts'
import { pictureBytesMax, pictureHash, pictureState } from './picture.ts'

/** Of a folder's pictures only the newest are looked at; files beyond are never read. */
const candidatesMax = 8
/** A folder with more pictures is refused: looking through it would take longer than a visit. */
const filesMax = 10_000
const extensions: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp']

type Candidate = { readonly path: string; readonly changedAtMs: number; readonly bytes: number }

/**
 * A folder that somebody else writes pictures into, by FTP for instance. Gives the newest whole
 * picture; one still being written is passed over, and found whole the next time.
 */
export function createFolderCamera(options: {
  readonly cameraId: string
  readonly path: string
}): Camera {
  const { cameraId, path } = options
  let seen: { readonly key: string; readonly hash: string; readonly changedAtMs: number } | null =
    null

  const capture = async (signal: AbortSignal): Promise<Frame | null> => {
    const newest = await listNewest(cameraId, path, seen?.changedAtMs ?? 0)
    for (const candidate of newest) {
      signal.throwIfAborted()
      const key = `${candidate.path} ${candidate.changedAtMs} ${candidate.bytes}`
      if (key === seen?.key) return null
      const picture = await readWhole(cameraId, candidate, signal)
      if (picture === null) continue
      const hash = pictureHash(picture)
      const isNew = hash !== seen?.hash
      seen = { key, hash, changedAtMs: candidate.changedAtMs }
      if (!isNew) return null
      return { cameraId, picture, capturedAt: new Date(candidate.changedAtMs).toISOString() }
    }
    return null
  }

  return {
    cameraId,
    capture: async (call) => {
      const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)])
      try {
        return await withSignal(capture(signal), signal)
      } catch (error) {
        if (error instanceof DeviceError) throw error
        const kind = signal.aborted ? 'device_timeout' : 'device_refused'
        throw new DeviceError(kind, cameraId, `cannot read the folder ${path}`, { cause: error })
      }
    },
    close: async () => undefined,
  }
}

/** A network folder can hang for minutes; the caller need not wait for it. */
function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

async function listNewest(
  cameraId: string,
  path: string,
  sinceMs: number,
): Promise<readonly Candidate[]> {
  const names = (await readdir(path)).filter((name) => {
    return !name.startsWith('.') && extensions.includes(extname(name).toLowerCase())
  })
  if (names.length > filesMax) {
    const detail = `${path} holds ${names.length} pictures; clear it down to ${filesMax}`
    throw new DeviceError('device_refused', cameraId, detail)
  }
  const found = await Promise.all(names.map((name) => lookAt(join(path, name))))
  return found
    .filter((candidate) => candidate !== null)
    .filter(({ changedAtMs }) => changedAtMs >= sinceMs)
    .toSorted((a, b) => b.changedAtMs - a.changedAtMs || (a.path < b.path ? 1 : -1))
    .slice(0, candidatesMax)
}

async function lookAt(path: string): Promise<Candidate | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? { path, changedAtMs: found.mtimeMs, bytes: found.size } : null
  } catch {
    return null // Gone since it was listed, which is what cleaning up looks like.
  }
}

/** A picture that is all there and did not grow while it was read; else null. */
async function readWhole(
  cameraId: string,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (candidate.bytes > pictureBytesMax) {
    const detail = `${candidate.path} is over the limit of ${pictureBytesMax} bytes`
    throw new DeviceError('device_garbled', cameraId, detail)
  }
  const picture = new Uint8Array(await readFile(candidate.path, { signal }))
  const after = await lookAt(candidate.path)
  const isStable = after?.bytes === picture.length && after.changedAtMs === candidate.changedAtMs
  return isStable && pictureState(picture) === 'whole' ? picture : null
}
