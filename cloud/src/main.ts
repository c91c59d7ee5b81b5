import { pino } from 'pino'
import { ConfigError, describeConfig, type Environment, readConfig } from './config.ts'
import { startService } from './service.ts'

const help = `forecourt cloud: takes what stations sold, and settles it.

  node cloud/src/main.ts            start, configured by the environment
  node cloud/src/main.ts --help     this page

${describeConfig()}
`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    return
  }
  const env = readOrExit()
  // Written at once: a later flush of lines that nobody reads any more would never end.
  const destination = pino.destination({ fd: 1, sync: true })
  const log = pino({ name: 'cloud', level: env.LOG_LEVEL }, destination)
  const service = await startService(env, log).catch((error: unknown) => {
    log.fatal({ err: error }, 'cloud not started')
    process.exit(1)
  })

  const stop = () => {
    log.info('cloud stopping')
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'cloud not stopped cleanly')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // Said last: who waits for it may ask us to stop at once.
  log.info({ port: service.port }, 'cloud ready')
}

function readOrExit(): Environment {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`The cloud's settings are not usable:\n${error.message}\n`)
    process.exit(2)
  }
}

await main()
