import { useCallback, useRef, useState } from 'react'
import type { WorldAction } from '../../../world/world.ts'

/** Something the operator must be told: a known code, or the server's own words. */
export type Toast = { readonly id: number; readonly code: string; readonly detail: string }

export type Actions = {
  /** The action under way, or null. One at a time: a forecourt has one operator here. */
  readonly sending: WorldAction | null
  readonly toasts: readonly Toast[]
  act(action: WorldAction): void
  dismiss(id: number): void
}

/** A restart of the gateway is the longest thing one can ask for. */
const actionTimeoutMs = 30_000
/** More would cover the page; the oldest goes. */
const toastsMax = 3
const toastForMs = 8_000

/** Posts actions to the world and keeps what went wrong for a while. */
export function useActions(): Actions {
  const [sending, setSending] = useState<WorldAction | null>(null)
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const nextId = useRef(1)
  const dismiss = useCallback((id: number) => {
    setToasts((all) => all.filter((toast) => toast.id !== id))
  }, [])
  const act = useCallback(
    (action: WorldAction) => {
      setSending(action)
      void post(action).then((refusal) => {
        setSending(null)
        if (refusal === null) return
        const id = nextId.current++
        setToasts((all) => [...all, { ...refusal, id }].slice(-toastsMax))
        setTimeout(() => dismiss(id), toastForMs)
      })
    },
    [dismiss],
  )
  return { sending, toasts, act, dismiss }
}

/** Answers null when it was done, else why not. Never throws. */
async function post(action: WorldAction): Promise<Omit<Toast, 'id'> | null> {
  try {
    const response = await fetch('/api/actions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
      signal: AbortSignal.timeout(actionTimeoutMs),
    })
    if (response.ok) return null
    const problem: { type?: string; detail?: string } = await response.json()
    return { code: problem.type ?? 'other', detail: problem.detail ?? response.statusText }
  } catch {
    return { code: 'unreachable', detail: '' } // No answer at all; the toast says so.
  }
}
