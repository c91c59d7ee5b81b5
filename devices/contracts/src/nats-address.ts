import { z } from 'zod'

/**
 * Where a NATS server is: `nats://host[:4222]` or `tls://…`, with `user:password@` when the
 * server asks for them. Characters with a meaning in URLs are percent-encoded.
 */
export const NatsUrl = z
  .url({ protocol: /^(nats|tls)$/ })
  .refine((url) => !URL.canParse(url) || hasBothOrNone(new URL(url)), {
    message: 'give user and password both (nats://user:password@host:4222), or none',
  })

/** What a NATS client wants to be told, as its connect options. */
export type NatsAddress = {
  readonly servers: string[]
  readonly user?: string
  readonly pass?: string
  readonly tls?: Record<string, never>
}

/**
 * Takes URLs apart for a client that ignores both the credentials and the scheme in them.
 * The servers of one cluster share their users, so the first credentials count for all; one
 * `tls:` makes TLS a must for all. The addresses that come back hold no secret and may be logged.
 *
 * @param urls - Each as `NatsUrl` checked it.
 */
export function toNatsAddress(urls: readonly string[]): NatsAddress {
  const parsed = urls.map((url) => new URL(url))
  const named = parsed.find(({ username }) => username !== '')
  return {
    servers: parsed.map(({ hostname, port }) => `${hostname}:${port || '4222'}`),
    ...(named === undefined ? {} : { user: plain(named.username), pass: plain(named.password) }),
    ...(parsed.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
  }
}

function hasBothOrNone({ username, password }: URL): boolean {
  return (username === '') === (password === '')
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded // A bare % that encodes nothing is meant as it stands.
  }
}
