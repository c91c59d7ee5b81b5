/** Real parts a run may use instead of the embedded defaults. */
export function realParts(): {
  readonly databaseUrl: string | null
  readonly natsUrl: string | null
} {
  return {
    databaseUrl: process.env['DATABASE_URL'] ?? null,
    natsUrl: process.env['NATS_URL'] ?? null,
  }
}
