import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Refusal, VisitAnswer } from './judge-visit.ts'

/** The product's own plate reader as a process, asked one visit after another. */
export type VisitReader = {
  /** Reads and votes over the frames in a folder. One question at a time. @throws {Error} when the reader ended, or cannot read the folder. */
  vote(folder: string): Promise<VisitAnswer>
  close(): Promise<void>
}

const program = join(import.meta.dirname, '../../../../models/src/cli/main.ts')
/** Kept of what the process says on stderr, for the error. */
const stderrCharactersMax = 2_000

export function startVisitReader(): VisitReader {
  const child = spawn(process.execPath, [program, 'visits', '--json'])
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-stderrCharactersMax)
  })
  // A write after its end fails here; the missing answer tells.
  child.stdin.on('error', () => undefined)
  return {
    vote: async (folder) => {
      child.stdin.write(`${folder}\n`)
      const { value, done } = await answers.next()
      if (done === true) {
        await ended
        throw new Error(`the plate reader ended without an answer for ${folder}: ${said.trim()}`)
      }
      const answer = VisitAnswer.or(Refusal).parse(JSON.parse(value))
      if ('error' in answer) throw new Error(`the plate reader: ${answer.error}`)
      return answer
    },
    close: async () => {
      child.stdin.end()
      await ended
    },
  }
}
