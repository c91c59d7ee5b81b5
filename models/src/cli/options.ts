import { parseArgs } from 'node:util'
import { plateAcceptConfidence } from '@forecourt/contracts'
import type { Pictures } from '../read-picture.ts'

export const usage = `npm run plates -- read FILE… [--crops] [--json] [--out DIR] [--no-picture]
  Prints every plate in the pictures: plate, confidence, runner-up, colour, corners, time.
  Reads marked * are accepted (confidence ${plateAcceptConfidence} and more): they may lead to a charge;
  the others say why not. Writes NAME.plates.jpg beside each FILE (or in --out): corners, plate,
  confidence, runner-up; green accepted, amber a hint.

npm run plates -- eval DIR… [--crops] [--every N] [--json] [--out DIR] [--features FILE]
  Measures on folders with labels.csv: file,plate[,type,legible]. Plates of one picture are
  separated by |, the main one first, or stand in rows of their own; an empty plate says that
  there is none, so any accepted read is wrong. Prints misses, then rates with 95 % bounds, in all and by province and type;
  writes a reliability diagram, a confusion table and a contact sheet of the misses.
  Several folders are reported one by one and together.

npm run plates -- visits [DIR…] [--crops] [--json]
  Votes over frames: each DIR holds the frames of one car's visit, in order of name. Without
  DIR the folders' names come on standard input, one a line, and each is answered at once.

  --crops          pictures are plates already cut out: one plate a picture, searched for only
                   where it does not fill it
  --every N        eval: only every N-th picture of labels.csv, from the first
  --out DIR        read, eval: where pictures are written; eval's default is models/dist/eval/NAME
  --no-picture     read: write no picture
  --features FILE  eval: one JSON line a read, with its label and all the reader says about it
  --json           JSON on standard output: a line a picture or visit; eval ends with one object.
                   npm run -s plates -- … --json (add -s: npm's own lines are no JSON)
  --help           this text
`

/** A command line that cannot be followed; the usage is shown with it. */
export class UsageError extends Error {}

export type Options = {
  readonly json: boolean
  readonly pictures: Pictures
  readonly every: number
  readonly out: string | null
  readonly features: string | null
  /** Whether `read` writes annotated pictures. */
  readonly draws: boolean
}

export type CommandLine = {
  readonly help: boolean
  readonly command: string
  readonly paths: readonly string[]
  readonly options: Options
}

/** @throws {UsageError} for an option that is not known or has no sense. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args)
  const [command = '', ...paths] = positionals
  if (!values.help) mustBelong(Object.keys(values), command)
  return {
    help: values.help ?? false,
    command,
    paths,
    options: {
      json: values.json ?? false,
      pictures: values.crops ? 'crops' : 'photographs',
      every: toEvery(values.every ?? '1'),
      out: values.out ?? null,
      features: values.features ?? null,
      draws: !values['no-picture'],
    },
  }
}

const commands = ['read', 'eval', 'visits']
/** Options that not every command has. */
const commandsOf = new Map([
  ['every', ['eval']],
  ['features', ['eval']],
  ['no-picture', ['read']],
  ['out', ['read', 'eval']],
])

function mustBelong(given: readonly string[], command: string): void {
  for (const option of given) {
    const owners = commandsOf.get(option)
    if (owners !== undefined && commands.includes(command) && !owners.includes(command))
      throw new UsageError(`--${option} belongs to ${owners.join(' and ')}, not to "${command}"`)
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        crops: { type: 'boolean' },
        every: { type: 'string' },
        out: { type: 'string' },
        features: { type: 'string' },
        'no-picture': { type: 'boolean' },
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
