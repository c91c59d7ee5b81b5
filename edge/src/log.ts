import pino, { type Logger } from 'pino'

export type { Logger }

/**
 * The process's one logger. Modules are handed a child bound to what they serve. Plates and
 * tokens never reach a log, however deep a caller nests them.
 */
export function createLog(options: { readonly level: string; readonly stationId: string }): Logger {
  const secrets = ['plate', 'plates', 'plateHint', 'raw', 'token', 'password', 'authorization']
  return pino({
    level: options.level,
    base: { stationId: options.stationId },
    redact: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  })
}
