/** How far a long measurement is, on a stream for people. */
export type Progress = { step(): void; end(): void }

/** Without a terminal, a line every so often: each would stay. */
const quietMs = { terminal: 200, other: 10_000 } as const

/** Prints `name 120/319` as steps come; a terminal's line is written over and cleared at the end. */
export function createProgress(
  name: string,
  total: number,
  stream: { write(text: string): unknown; readonly isTTY?: boolean },
): Progress {
  const isTerminal = stream.isTTY === true
  const everyMs = isTerminal ? quietMs.terminal : quietMs.other
  let done = 0
  let toldAtMs = performance.now()
  return {
    step: () => {
      done += 1
      if (performance.now() - toldAtMs < everyMs) return
      toldAtMs = performance.now()
      stream.write(isTerminal ? `\r${name} ${done}/${total} ` : `${name} ${done}/${total}\n`)
    },
    end: () => {
      if (isTerminal) stream.write('\r\u001b[K')
    },
  }
}
