import { chmod, rename, writeFile } from 'node:fs/promises'

/**
 * Writes a file that another process reads: it sees the old text or the new, never half of one.
 * Only its owner may read it, for there are secrets in it.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`
  await writeFile(aside, text, { mode: 0o600, flush: true })
  // The mode above only counts for a file that was not there.
  await chmod(aside, 0o600)
  await rename(aside, file)
}
