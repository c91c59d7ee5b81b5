import { execFile } from 'node:child_process'
import { join } from 'node:path'

export const program = join(import.meta.dirname, '../../src/cli/main.ts')

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }
type Run = {
  readonly stdin?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the plates command as its own process. */
export function plates(
  args: readonly string[],
  { stdin = '', cwd = process.cwd(), env = {} }: Run = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd, env },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      },
    )
    child.stdin?.end(stdin)
  })
}
