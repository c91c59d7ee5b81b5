import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { PictureError, type PlateRead } from '@forecourt/contracts'
import { acceptConfidence } from '../confidence.ts'
import { createOnnxPlateReader } from '../onnx-plate-reader.ts'
import { LabelsError } from './labels.ts'
import { measureFolder, type Outcome } from './measure.ts'

const usage = `npm run plates -- read FILE… [--crops] [--json]
  Prints every plate in the pictures: plate, confidence, runner-up, colour, corners, time.
  Reads of ${acceptConfidence} and more are marked *: they may lead to a charge.

npm run plates -- eval DIR [--crops] [--every N] [--json]
  Measures on a folder with labels.csv (file,plate; plates of one picture separated by |).
  Prints what was missed, then the counts; with --json the last line is one object.

  --crops    pictures are plates already cut out; nothing is searched for
  --every N  only every N-th line of labels.csv
  --json     one JSON object a line
  --help     this text
`

/** A command line that cannot be followed; the usage is shown with it. */
class UsageError extends Error {}

type Options = {
  readonly json: boolean
  readonly pictures: 'crops' | 'photographs'
  readonly every: number
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args)
  if (values.help) return print(usage)
  const [command, ...paths] = positionals
  const options: Options = {
    json: values.json ?? false,
    pictures: values.crops ? 'crops' : 'photographs',
    every: toEvery(values.every ?? '1'),
  }
  if (command === 'read') return await readFiles(paths, options)
  if (command === 'eval') return await evaluate(paths, options)
  throw new UsageError(`unknown command "${command ?? ''}"; use read or eval`)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        crops: { type: 'boolean' },
        every: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function toEvery(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new UsageError(`--every is "${text}"; give a whole number from 1`)
}

/** Exit code 1 when a file could not be read; the others are read all the same. */
async function readFiles(paths: readonly string[], options: Options): Promise<number> {
  if (paths.length === 0) throw new UsageError('read needs one FILE or more')
  const reader = await createOnnxPlateReader({ pictures: options.pictures })
  const signal = new AbortController().signal
  let faults = 0
  for (const path of paths) {
    try {
      const picture = await readFile(path)
      const startedAtMs = performance.now()
      const reads = await reader.read(picture, { signal })
      const ms = Math.round((performance.now() - startedAtMs) * 10) / 10
      print(options.json ? `${JSON.stringify({ file: path, ms, reads })}\n` : page(path, ms, reads))
    } catch (error) {
      faults += 1
      printFault(path, error, options)
    }
  }
  await reader.close()
  return faults === 0 ? 0 : 1
}

function printFault(path: string, error: unknown, { json }: Options): void {
  if (!(error instanceof PictureError || isFileError(error))) throw error
  if (json) print(`${JSON.stringify({ file: path, error: error.message })}\n`)
  else process.stderr.write(`${path}: ${error.message}\n`)
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

function page(path: string, ms: number, reads: readonly PlateRead[]): string {
  const lines = reads.map((read) => {
    const runnerUp = read.runnerUp
      ? `${read.runnerUp.plate} ${read.runnerUp.confidence.toFixed(3)}`
      : 'no runner-up'
    const corners = read.corners.map(([x, y]) => `${x.toFixed(0)},${y.toFixed(0)}`).join(' ')
    return `  ${mark(read)} ${read.plate}  ${read.confidence.toFixed(3)}  (${runnerUp})  ${read.colour ?? 'colour unclear'}  ${corners}\n`
  })
  return `${path}  ${ms} ms${lines.length === 0 ? '  no plate' : ''}\n${lines.join('')}`
}

function mark(read: PlateRead): string {
  return read.confidence >= acceptConfidence ? '*' : ' '
}

async function evaluate(paths: readonly string[], options: Options): Promise<number> {
  const [folder, ...more] = paths
  if (folder === undefined || more.length > 0) throw new UsageError('eval needs one DIR')
  const measured = await measureFolder(folder, {
    pictures: options.pictures,
    every: options.every,
    signal: new AbortController().signal,
    onOutcome: (outcome) => print(options.json ? '' : missed(outcome)),
  })
  return print(`${JSON.stringify(measured, null, options.json ? 0 : 2)}\n`)
}

/** A line for a picture that was not read as labelled; nothing for one that was. */
function missed({ label, reads, fault }: Outcome): string {
  if (fault !== null) return `${label.file}  ${label.plates.join('|')}  ${fault}\n`
  const all = label.plates.every((plate) => reads.some((read) => read.plate === plate))
  const strangers = reads.filter(
    (read) => read.confidence >= acceptConfidence && !label.plates.includes(read.plate),
  )
  if (all && strangers.length === 0) return ''
  const seen = reads.map((read) => `${mark(read)}${read.plate} ${read.confidence.toFixed(3)}`)
  return `${label.file}  ${label.plates.join('|')}  read ${seen.join(', ') || 'nothing'}\n`
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError || error instanceof LabelsError)) throw error
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${usage}` : ''}`)
  process.exitCode = 2
}
