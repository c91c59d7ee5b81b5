import { parseArgs } from 'node:util'
import { loadConfig } from './config.ts'
import { createLog } from './log.ts'
import { startStation } from './station.ts'
import { within } from './within.ts'

const help = `forecourt edge: one gateway for one station

  node edge/src/main.ts --config FILE

  --config FILE   the station's config (default: env STATION_CONFIG); see edge/station.example.json
  --help          this text

  UPLINK_TOKEN    the station token that POST /v1/stations of the cloud gave,
                  or UPLINK_TOKEN_FILE: a file that holds it

Exit codes: 0 stopped as asked, 1 failed while running or stopping, 2 bad config or arguments.
`
/**
 * Stopping ends the reads and batches under way, which have limits of their own below this. One
 * that hangs all the same must not keep the process: nothing is lost, as in a power cut.
 */
const stopLimit = { timeoutMs: 15_000, signal: new AbortController().signal }

/** Reads arguments and config; every mistake is told on stderr, without a stack. */
function configure() {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, help: { type: 'boolean', default: false } },
    })
    if (values.help) {
      process.stdout.write(help)
      process.exit(0)
    }
    return loadConfig(values.config)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}

const config = configure()
const log = createLog({ level: config.station.logLevel, stationId: config.station.stationId })

function die(error: unknown): never {
  log.fatal({ err: error }, 'edge failed')
  process.exit(1)
}

process.on('uncaughtException', die)
try {
  const station = await startStation(config, { log, onFatal: die })
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping')
    const dieIn = (error: unknown) =>
      die(new Error(`stopping failed in ${station.closing()}`, { cause: error }))
    within(stopLimit, () => station.close()).then(() => process.exit(0), dieIn)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Said last: who waits for it may ask us to stop at once.
  log.info({ port: station.port, mqttPort: station.mqttPort }, 'edge ready')
} catch (error) {
  die(error)
}
