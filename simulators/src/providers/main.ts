import { pino } from 'pino'
import { helpText, loadConfig, type SandboxConfig } from './config.ts'
import { createSandbox } from './sandbox.ts'

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(helpText())
    return
  }
  const config = readConfig()
  if (config === null) return
  // Written at once: a later flush of lines that nobody reads any more would never end.
  const destination = pino.destination({ fd: 1, sync: true })
  const log = pino({ level: config.logLevel, base: { process: 'sandbox' } }, destination)
  const { host, port, key, dataFile } = config
  try {
    const sandbox = await createSandbox({ host, port, key, dataFile, log })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void sandbox.close())
    }
    log.info({ host, port: sandbox.port }, 'sandbox ready')
  } catch (error) {
    log.fatal({ err: error, host, port }, 'sandbox cannot start')
    process.exitCode = 1
  }
}

function readConfig(): SandboxConfig | null {
  try {
    return loadConfig()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
    return null
  }
}

await main()
