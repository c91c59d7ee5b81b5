import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Made once for a data folder and kept there, readable by its owner only. */
export const BoxSecrets = z.strictObject({
  adminToken: z.string().min(16),
  payKey: z.string().min(16),
  /** Null until the station is registered; the cloud tells a token only once. */
  stationToken: z.string().min(1).nullable(),
})
export type BoxSecrets = z.infer<typeof BoxSecrets>

/** @throws {Error} when the file is there but is not ours. */
export async function readSecrets(dataDirectory: string): Promise<BoxSecrets> {
  const file = secretsFile(dataDirectory)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text !== null) {
    const known = BoxSecrets.safeParse(parse(text))
    if (known.success) return known.data
    throw new Error(`${file} is damaged; move ${dataDirectory} away to begin afresh`)
  }
  const fresh = { adminToken: newSecret(), payKey: newSecret(), stationToken: null }
  await writeSecrets(dataDirectory, fresh)
  return fresh
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // Not JSON is as damaged as JSON of another shape.
  }
}

export async function writeSecrets(dataDirectory: string, secrets: BoxSecrets): Promise<void> {
  await mkdir(dataDirectory, { recursive: true })
  await writeFile(secretsFile(dataDirectory), `${JSON.stringify(secrets, null, 2)}\n`, {
    mode: 0o600,
  })
}

export function secretsFile(dataDirectory: string): string {
  return join(dataDirectory, 'secrets.json')
}

function newSecret(): string {
  return randomBytes(24).toString('base64url')
}
