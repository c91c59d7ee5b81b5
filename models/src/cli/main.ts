import { LabelsError } from '@forecourt/contracts/labels'
import { WeightsError } from '../weights.ts'
import { enterCallersFolder } from './config.ts'
import { evaluate } from './eval-command.ts'
import { parseCommandLine, UsageError, usage } from './options.ts'
import { readFiles } from './read-command.ts'
import { readVisits } from './visits-command.ts'

async function main(args: readonly string[]): Promise<number> {
  enterCallersFolder()
  const { help, command, paths, options } = parseCommandLine(args)
  if (help) {
    process.stdout.write(usage)
    return 0
  }
  if (command === 'read') return await readFiles(paths, options)
  if (command === 'eval') return await evaluate(paths, options)
  if (command === 'visits') return await readVisits(paths, options)
  throw new UsageError(`unknown command "${command}"; use read, eval or visits`)
}

// Whoever reads may stop early (`| head`): then there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`standard output cannot be written: ${error.code}\n`)
  process.exit(1)
})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isExpected = [UsageError, LabelsError, WeightsError].some((each) => error instanceof each)
  if (!(error instanceof Error && isExpected)) throw error
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${usage}` : ''}`)
  process.exitCode = 2
}
