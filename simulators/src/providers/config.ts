import { z } from 'zod'

/** Everything an operator can set, by environment only. */
const Environment = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(8083).describe('0 for any'),
  SANDBOX_PAY_KEY: z.string().min(16).describe('Secret shared with the merchant; no default'),
  SANDBOX_DATA: z.string().min(1).optional().describe('File the book is kept in; absent: memory'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

export type SandboxConfig = {
  readonly host: string
  readonly port: number
  readonly key: string
  readonly dataFile: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** @throws {Error} Naming every bad variable at once. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): SandboxConfig {
  const result = Environment.safeParse(env)
  if (!result.success) throw new Error(`environment\n${z.prettifyError(result.error)}`)
  const { data } = result
  return {
    host: data.SANDBOX_HOST,
    port: data.SANDBOX_PORT,
    key: data.SANDBOX_PAY_KEY,
    dataFile: data.SANDBOX_DATA ?? null,
    logLevel: data.LOG_LEVEL,
  }
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(Environment.shape).map(
    ([name, schema]) => `  ${name.padEnd(18)}${schema.description ?? 'pino level'}`,
  )
  return ['Payment provider sandbox. Set by environment:', ...rows, ''].join('\n')
}
