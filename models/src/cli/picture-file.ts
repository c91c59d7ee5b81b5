import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { PictureError } from '@forecourt/contracts'
import { pictureLimits } from '../picture.ts'

/** Ends the names of the pictures that `read` draws; they are not read again. */
const annotatedEnd = '.plates.jpg'

/** The name of the drawing of a picture, or a numbered one, without its folder. */
export function annotatedName(path: string, number: number): string {
  const name = basename(path, extname(path))
  return `${number === 1 ? name : `${name}-${number}`}${annotatedEnd}`
}

/** Whether `read` drew it. */
export function isAnnotated(path: string): boolean {
  return path.endsWith(annotatedEnd)
}

/**
 * A picture's bytes, as they are on the disk; what the reader would refuse is not even read.
 *
 * @throws {PictureError} when it is too large.
 * @throws {FileError} when it is not there, may not be read, or is no regular file: a pipe might
 *   never end.
 */
export async function readPictureFile(path: string): Promise<Buffer> {
  const { bytesMax } = pictureLimits
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new FileError('a folder; give the pictures in it')
    if (!found.isFile()) throw new FileError('no regular file; give a JPEG, PNG or WebP')
    if (found.size > bytesMax)
      throw new PictureError('picture_too_large', `${found.size} bytes, at most ${bytesMax}`)
    return await readFile(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new FileError(`${error.code}, ${fixes[error.code ?? ''] ?? error.message}`, {
      cause: error,
    })
  }
}

/** A file that cannot be opened; the message says why and what to do, without its name. */
export class FileError extends Error {
  override readonly name = 'FileError'
}

const fixes: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the name',
  ENOTDIR: 'no such file; check the name',
  ENAMETOOLONG: 'no such file; check the name',
  EACCES: 'it may not be read; change its permissions',
  EPERM: 'it may not be read; change its permissions',
}

/** What the file system answers: a full disk, a folder that is not there, no permission. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
