import { type Child, type ChildOptions, startChild } from './child.ts'

/** The gateway's process, which may be killed, frozen and started again like a real one. */
export type EdgeProcess = {
  isRunning(): boolean
  /** Resolves when the signal was sent; for SIGKILL and SIGTERM when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Ends it if it runs, and starts it on the same data and ports. @throws {ChildError} */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** @param onUnexpectedEnd - Told when it ended although nobody here asked for it. */
export async function startEdgeProcess(
  options: ChildOptions,
  onUnexpectedEnd: (how: string) => void,
): Promise<EdgeProcess> {
  let current: Child | null = null
  const start = async () => {
    const child = await startChild(options)
    current = child
    void child.ended.then((how) => {
      if (current !== child) return
      current = null
      onUnexpectedEnd(how)
    })
  }
  const take = () => {
    const child = current
    current = null
    return child
  }
  await start()
  return {
    isRunning: () => current !== null,
    kill: async (signal) => {
      const isEnd = signal === 'SIGKILL' || signal === 'SIGTERM'
      const child = isEnd ? take() : current
      child?.signal(signal)
      if (isEnd) await child?.ended
    },
    restart: async () => {
      await take()?.stop()
      await start()
    },
    stop: async () => {
      await take()?.stop()
    },
  }
}
