import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Plate } from '@forecourt/contracts'
import { z } from 'zod'

const root = join(import.meta.dirname, '../../..')
const deadlineMs = 60_000

const Answer = z.object({ reads: z.array(z.object({ plate: z.string() })).optional() })

/**
 * Asks the product's own plate reader, as a process, what stands on a photograph.
 *
 * @returns The main plate, or null when it finds none.
 * @throws {Error} when the photograph cannot be read.
 */
export async function readPhoto(file: string): Promise<string | null> {
  const reader = join(root, 'models/src/cli/main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [reader, 'read', file, '--json'], {
    timeout: deadlineMs,
  })
  const lines = stdout.trim().split('\n')
  const answer = Answer.parse(JSON.parse(lines.at(-1) ?? '{}'))
  return Plate.safeParse(answer.reads?.[0]?.plate).data ?? null
}
