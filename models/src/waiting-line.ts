import { PictureError, type PlateReaderStats } from '@forecourt/contracts'

/** Calls that are done one after the other, with a bounded number waiting. */
export type WaitingLine<Done> = {
  /**
   * Does a piece of work when its turn comes.
   *
   * @throws {PictureError} `reader_overloaded` when it made place for a newer one, or the line is
   *   closed; the signal's reason when that aborts before its turn; else what the work throws.
   */
  join(work: () => Promise<Done>, signal: AbortSignal): Promise<Done>
  stats(): PlateReaderStats
  /** Refuses whatever waits or comes, and settles when the work under way has ended. */
  close(): Promise<void>
}

type Waiting = { readonly begin: () => Promise<void>; readonly refuse: (why: unknown) => void }

/** When one more joins than may wait, the oldest that waits is refused: the newest tells most. */
export function createWaitingLine<Done>({ waitingMax }: { readonly waitingMax: number }) {
  let line: readonly Waiting[] = []
  let underWay: Promise<void> | null = null
  let isClosed = false
  const counts = { read: 0, dropped: 0 }

  async function workOff(): Promise<void> {
    for (let next = takeFirst(); next !== undefined; next = takeFirst()) await next.begin()
    underWay = null
  }

  function takeFirst(): Waiting | undefined {
    const [first, ...rest] = line
    line = rest
    return first
  }

  function enter(waiting: Waiting): void {
    line = [...line, waiting]
    underWay ??= workOff()
    if (line.length <= waitingMax) return
    counts.dropped += 1
    takeFirst()?.refuse(overloaded(`made place for a newer picture: ${waitingMax} may wait`))
  }

  function join(work: () => Promise<Done>, signal: AbortSignal): Promise<Done> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (isClosed) return Promise.reject(overloaded('the reader is closed'))
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        async begin() {
          signal.removeEventListener('abort', leave)
          // The caller gets the error; the next one its turn.
          await work().then((done) => {
            counts.read += 1
            resolve(done)
          }, reject)
        },
        refuse(why) {
          signal.removeEventListener('abort', leave)
          reject(why)
        },
      }
      const leave = () => {
        line = line.filter((each) => each !== waiting)
        waiting.refuse(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      enter(waiting)
    })
  }

  const result: WaitingLine<Done> = {
    join,
    stats: () => ({ ...counts }),
    async close() {
      isClosed = true
      for (const each of line) each.refuse(overloaded('the reader is closed'))
      line = []
      await underWay
    },
  }
  return result
}

function overloaded(detail: string): PictureError {
  return new PictureError('reader_overloaded', detail)
}
