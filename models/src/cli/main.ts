import { evaluate } from './eval-command.ts'
import { LabelsError } from './labels.ts'
import { parseCommandLine, UsageError, usage } from './options.ts'
import { readFiles } from './read-command.ts'
import { readVisits } from './visits-command.ts'

async function main(args: readonly string[]): Promise<number> {
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

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError || error instanceof LabelsError)) throw error
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${usage}` : ''}`)
  process.exitCode = 2
}
