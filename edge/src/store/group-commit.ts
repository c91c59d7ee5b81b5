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
  /** False while the disk takes nothing; writes wait in memory meanwhile, in order. */
  isWritable(): boolean
  /** Writes that wait. */
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
    const failed = attempt(db, writes, undone)
    if (failed === null) resolveAll(writes)
    else if (isDiskFull(failed.error) && !isClosed) keep(writes, failed.error)
    else commitOneByOne(writes)
  }

  function keep(writes: readonly Write[], error: unknown): void {
    group = [...writes, ...group]
    retry = setTimeout(flush, retryFullAfterMs)
    onStuck(error)
  }

  function commitOneByOne(writes: readonly Write[]): void {
    for (const write of writes) {
      const failed = attempt(db, [write], undone)
      if (failed === null) write.resolve()
      else write.reject(failed.error)
    }
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

function resolveAll(writes: readonly Write[]): void {
  for (const write of writes) write.resolve()
}

/** One database transaction; a failure undoes it whole, and the caller decides what follows. */
function attempt(
  db: DatabaseSync,
  writes: readonly Write[],
  undone: readonly (() => void)[],
): { readonly error: unknown } | null {
  if (writes.length === 0) return null
  try {
    db.exec('BEGIN IMMEDIATE')
    for (const write of writes) write.run()
    db.exec('COMMIT')
    return null
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    for (const listener of undone) listener()
    return { error }
  }
}
