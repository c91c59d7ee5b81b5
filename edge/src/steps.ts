import type { SessionStep } from '@forecourt/contracts'

/** What a screen shows of the newest steps; older ones are only in the events. */
export const stepsMax = 200
/** Different names of rejections; a name is one of our own constants, so this is never reached. */
const rejectionNamesMax = 200

/** The newest steps and the rejections since start, for people who watch. */
export function createJournalOfSteps() {
  let steps: readonly SessionStep[] = []
  const counts = new Map<string, number>()
  return {
    add(step: SessionStep): void {
      steps = [...steps, step].slice(-stepsMax)
    },
    count(rejection: string): void {
      if (!counts.has(rejection) && counts.size >= rejectionNamesMax) return
      counts.set(rejection, (counts.get(rejection) ?? 0) + 1)
    },
    newest: () => [...steps],
    rejections: () => Object.fromEntries(counts),
  }
}
export type Steps = ReturnType<typeof createJournalOfSteps>
