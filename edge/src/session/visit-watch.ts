import type { PlateVote } from '@forecourt/contracts'

export type WatchPlates = (onVotes: (plates: readonly PlateVote[]) => void) => () => void

/** Looks through the camera exactly while a visit lasts, and drops what comes after it. */
export function createVisitWatch(deps: {
  readonly watchPlates: WatchPlates | null
  readonly onVotes: (plates: readonly PlateVote[]) => void
}) {
  let watching: { readonly refuelId: string; readonly stop: () => void } | null = null
  const stop = () => {
    watching?.stop()
    watching = null
  }
  return {
    follow(refuelId: string | null): void {
      if ((watching?.refuelId ?? null) === refuelId) return
      stop()
      if (refuelId === null || deps.watchPlates === null) return
      const end = deps.watchPlates((plates) => {
        if (watching?.refuelId === refuelId) deps.onVotes(plates)
      })
      watching = { refuelId, stop: end }
    },
    close: stop,
  }
}
