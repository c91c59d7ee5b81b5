import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Figure } from '@forecourt/contracts/figure'

const usage = `npm run bench [-- NAME…] [--json]

Runs every bench/*.ts of every workspace (or those whose name contains NAME), one after
another, and holds each figure against its budget. Exit code 1 when a budget is broken.
  --json   one JSON object a line: {name, value, unit, budget, bound, ok, note}
`

const root = join(import.meta.dirname, '../../..')

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const files = globSync('{devices/*,models,edge,cloud,simulators}/bench/*.ts', { cwd: root })
    .filter((path) => !path.includes('node_modules'))
    .filter((path) => positionals.length === 0 || positionals.some((name) => path.includes(name)))
    .sort()
  if (files.length === 0) {
    process.stderr.write(`no benchmark is called ${positionals.join(', ')}\n`)
    return 2
  }
  let broken = 0
  for (const path of files) broken += await runOne(path, values.json ? printJson : printRow)
  if (!values.json)
    process.stdout.write(broken === 0 ? '\nall within budget\n' : `\n${broken} over budget\n`)
  return broken === 0 ? 0 : 1
}

/**
 * In a process of its own: what one benchmark leaves in memory is not measured in the next.
 *
 * @returns how many budgets were broken. @throws {Error} when it failed.
 */
async function runOne(path: string, print: (figure: Figure) => void): Promise<number> {
  process.stderr.write(
    `${path.replace('/bench/', ': ').replace(basename(path), basename(path, '.ts'))}\n`,
  )
  const args = [join(import.meta.dirname, 'one.ts'), join(root, path)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let broken = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const figure = line.startsWith('{') ? (JSON.parse(line) as Figure) : null
    if (figure === null) process.stderr.write(`${line}\n`)
    else print(figure)
    if (figure?.ok === false) broken += 1
  }
  const [code, signal] = await ended
  if (code !== 0) throw new Error(`${path} failed (${signal ?? `exit code ${code}`})`)
  return broken
}

const printJson = (figure: Figure) => process.stdout.write(`${JSON.stringify(figure)}\n`)

const toText = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

function printRow({ name, value, unit, budget, bound, ok, note }: Figure): void {
  const limit = `${bound === 'max' ? '≤' : '≥'} ${toText(budget)}`
  process.stdout.write(
    `${ok ? 'ok  ' : 'OVER'} ${name.padEnd(36)} ${`${toText(value)} ${unit}`.padEnd(22)} budget ${limit.padEnd(10)} ${note}\n`,
  )
}

process.exitCode = await main()
