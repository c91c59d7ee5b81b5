import type { DatabaseSync } from 'node:sqlite'
import { isDiskFull } from './database.ts'

type Write = {
  readonly run: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export type GroupCommit = {
  /** Runs a write in the next group; resolves once the whole group is on the disk. */
  write<T>(write: (db: DatabaseSync) => T): Promise<T>
  /** False while the disk takes nothing; writes wait meanwhile, in order. */
  isWritable(): boolean
  pending(): number
  /** Tells that writes were undone: what they counted in memory must be counted again. */
  onUndone(listener: () => void): void
  /** Commits what waits, then refuses. */
  close(): void
}

const retryFullAfterMs = 1000

/**
 * Gathers the writes of one turn of the event loop into one database transaction: many
 * fuelling points share one sync of the disk, and each still hears only after it.
 *
 * No room on the disk: the group is kept and tried again each second, and `onStuck` is told.
 * Any other failure: the group is undone and its writes run one by one, so that only the
 * faulty one is rejected.
 */
export function createGroupCommit(deps: {
  readonly db: DatabaseSync
  readonly onStuck: (error: unknown) => void
}): GroupCommit {
  const { db, onStuck } = deps
  let group: Write[] = []
  let beat: NodeJS.Immediate | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false
  const undone: (() => void)[] = []

  function flush(): void {
    beat = undefined
    retry = undefined
    const writes = group
    group = []
    const failed = writes.length === 0 ? null : attempt(writes)
    if (failed === null) for (const write of writes) write.resolve()
    else if (isDiskFull(failed.error) && !isClosed) keep(writes, failed.error)
    else for (const write of writes) commitAlone(write)
  }

  function attempt(writes: readonly Write[]): { readonly error: unknown } | null {
    try {
      commit(writes)
      return null
    } catch (error) {
      return { error } // The whole group is undone; the caller decides what becomes of it.
    }
  }

  function keep(writes: readonly Write[], error: unknown): void {
    group = [...writes, ...group]
    retry = setTimeout(flush, retryFullAfterMs)
    onStuck(error)
  }

  function commit(writes: readonly Write[]): void {
    db.exec('BEGIN IMMEDIATE')
    try {
      for (const write of writes) write.run()
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      for (const listener of undone) listener()
      throw error
    }
  }

  function commitAlone(write: Write): void {
    const failed = attempt([write])
    if (failed === null) write.resolve()
    else write.reject(failed.error)
  }

  return {
    write(task) {
      if (isClosed) return Promise.reject(new Error('the store is closed'))
      return new Promise((resolve, reject) => {
        let result: ReturnType<typeof task>
        group.push({
          run: () => {
            result = task(db)
          },
          resolve: () => resolve(result),
          reject,
        })
        if (beat === undefined && retry === undefined) beat = setImmediate(flush)
      })
    },
    isWritable: () => retry === undefined,
    pending: () => group.length,
    onUndone: (listener) => void undone.push(listener),
    close() {
      if (isClosed) return
      isClosed = true
      clearImmediate(beat)
      clearTimeout(retry)
      flush()
      db.close()
    },
  }
}
