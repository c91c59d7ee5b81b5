import { statfs } from 'node:fs/promises'

const mib = 2 ** 20
/** A new embedded database writes 40 MiB; on the way its log takes some more. */
const roomMinMib = 64

/**
 * Why the embedded database could not be opened, in words. What fails inside it on a full disk is
 * an `ErrnoError` that has a number and no message.
 */
export async function whyNotOpened(directory: string, error: unknown): Promise<Error> {
  const freeMib = await freeMibOf(directory)
  if (freeMib < roomMinMib) {
    const fix = `it needs ${roomMinMib} MiB: free some, or set another CLOUD_DATA`
    const room = `${freeMib} MiB are free on the disk of ${directory}`
    return new Error(`the embedded database was not opened: ${room}, ${fix}`, { cause: error })
  }
  if (error instanceof Error && error.message !== '') return error
  const said = `it says: ${JSON.stringify(error)}`
  return new Error(`the embedded database in ${directory} was not opened; ${said}`, {
    cause: error,
  })
}

/** Whole mebibytes that may still be written; infinitely many where the system does not tell. */
async function freeMibOf(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory)
    return Math.floor((bavail * bsize) / mib)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
