import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Plate } from '@forecourt/contracts'
import { z } from 'zod'

const root = join(import.meta.dirname, '../../..')
const deadlineMs = 60_000

const execute = promisify(execFile)
const Answer = z.object({ reads: z.array(z.object({ plate: z.string() })) })
/** What a failed reader still told: one JSON object with its error. */
const Told = z.object({
  stdout: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ error: z.string() })),
})

/**
 * Asks the product's own plate reader, as a process, what stands on a photograph.
 *
 * @returns The main plate, or null when it finds none.
 * @throws {Error} when the photograph cannot be read.
 */
export async function readPhoto(file: string): Promise<string | null> {
  const reader = join(root, 'models/src/cli/main.ts')
  const call = execute(process.execPath, [reader, 'read', file, '--json', '--no-picture'], {
    timeout: deadlineMs,
  })
  const { stdout } = await call.catch((error: unknown) => {
    const told = Told.safeParse(error).data?.stdout.error
    throw new Error(`the photograph ${file} cannot be read: ${told ?? String(error)}`, {
      cause: error,
    })
  })
  const answer = Answer.parse(JSON.parse(stdout.trim()))
  return Plate.safeParse(answer.reads[0]?.plate).data ?? null
}
