import { createHash } from 'node:crypto'
import { PictureError, type PlateRead, type PlateReader } from '@forecourt/contracts'

/** What a scripted reader answers: by the picture's SHA-256 in hex, or by any rule of its own. */
export type PlateScript =
  | ReadonlyMap<string, readonly PlateRead[]>
  | ((picture: Uint8Array) => readonly PlateRead[])

/** The key of a picture in a script: SHA-256 of its bytes in hex. */
export function pictureKey(picture: Uint8Array): string {
  return createHash('sha256').update(picture).digest('hex')
}

/**
 * A plate reader without networks, for tests of everything behind it. It gives what the script
 * says for a picture, in the script's order.
 *
 * @throws {PictureError} `picture_unreadable` for a picture that a map does not know, and
 *   whatever a rule throws.
 */
export function createScriptedPlateReader(script: PlateScript): PlateReader {
  const answer = typeof script === 'function' ? script : answerFrom(script)
  let closed = false
  let read = 0
  return {
    async read(picture, { signal }) {
      signal.throwIfAborted()
      if (closed) throw new PictureError('reader_overloaded', 'the reader is closed')
      const reads = answer(picture)
      read += 1
      return reads
    },
    stats: () => ({ read, dropped: 0 }),
    async close() {
      closed = true
    },
  }
}

function answerFrom(script: ReadonlyMap<string, readonly PlateRead[]>) {
  return (picture: Uint8Array) => {
    const key = pictureKey(picture)
    const reads = script.get(key)
    if (reads === undefined)
      throw new PictureError('picture_unreadable', `the script knows no picture ${key}`)
    return reads
  }
}
