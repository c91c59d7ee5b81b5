import type { Session, SessionInput } from './session.ts'

export const visitTimes = {
  /** How long a finished sale waits for a plate nobody has read yet. */
  hangUpGraceMs: 1_500,
  /** When the cloud is asked for a release even if the cameras have not agreed. */
  askAfterMs: 4_000,
} as const

type Due = {
  readonly input: SessionInput & { type: 'grace_over' | 'ask_due' }
  readonly afterMs: number
}

/** The one timer a visit may need; it follows the session and starts anew with its purpose. */
export function createVisitTimer(deps: {
  /** Without a camera there is nothing to wait for. */
  readonly hasCamera: boolean
  readonly fire: (input: SessionInput) => void
}) {
  let running: { readonly purpose: string; readonly handle: NodeJS.Timeout } | null = null
  const stop = () => {
    clearTimeout(running?.handle)
    running = null
  }
  return {
    follow(session: Session): void {
      const due = dueInput(session)
      const purpose =
        due && session.status !== 'idle' ? `${due.input.type} ${session.visit.refuelId}` : null
      if (running?.purpose === purpose) return
      stop()
      if (due === null || purpose === null) return
      const ring = () => {
        running = null
        deps.fire(due.input)
      }
      running = { purpose, handle: setTimeout(ring, deps.hasCamera ? due.afterMs : 0) }
    },
    close: stop,
  }
}

/** What a session waits for: the end of a sale's grace, or the question after a lift. */
function dueInput(session: Session): Due | null {
  if (session.status === 'closing') {
    return { input: { type: 'grace_over' }, afterMs: visitTimes.hangUpGraceMs }
  }
  const waits = session.status === 'calling' && session.visit.releaseMode === 'on_authorisation'
  return waits ? { input: { type: 'ask_due' }, afterMs: visitTimes.askAfterMs } : null
}
