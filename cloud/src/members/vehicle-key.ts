import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export type VehicleKey = { readonly privateKey: KeyObject; readonly publicKeyPem: string }

/**
 * The Ed25519 key that signs cars' credentials. Made and written (readable by its owner only)
 * when the file is not there; null keeps it in memory, and every restart makes old tokens void.
 */
export async function loadVehicleKey(file: string | null): Promise<VehicleKey> {
  const pem = file === null ? newKeyPem() : await readOrCreate(file)
  const privateKey = createPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new Error(`${file ?? 'vehicle key'}: not an Ed25519 private key in PEM`)
  }
  const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
  return { privateKey, publicKeyPem: String(publicKeyPem) }
}

async function readOrCreate(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  try {
    const pem = newKeyPem()
    // `wx`: of two processes that start together, one writes and the other reads what it wrote.
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
    return pem
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return await readFile(file, 'utf8')
    }
    throw error
  }
}

function newKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
