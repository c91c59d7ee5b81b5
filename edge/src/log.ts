import pino, { type Logger } from 'pino'

export type { Logger }

/**
 * The process's one logger. Modules are handed a child bound to what they serve. Plates and
 * tokens never reach a log, however deep a caller nests them.
 *
 * Lines are written at once: what waits when the process ends is written by a loop that never
 * ends once nobody reads our output any more (sonic-boom 4.2.1, `flushSync` on EPIPE).
 */
export function createLog(options: { readonly level: string; readonly stationId: string }): Logger {
  const secrets = ['plate', 'plates', 'plateHint', 'raw', 'token', 'password', 'authorization']
  const settings = {
    level: options.level,
    base: { stationId: options.stationId },
    redact: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  }
  return pino(settings, pino.destination({ fd: 1, sync: true }))
}
