import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { WhyNot } from '../world/possible.ts'
import type { Actions } from '../world/use-actions.ts'

type ActionButtonProps = {
  readonly label: string
  /** Why it cannot be pressed now, or null when it can. */
  readonly why: WhyNot | null
  readonly actions: Actions
  readonly className?: string
  /** Shown but with nothing to do; needs no reason. */
  readonly isIdle?: boolean
  act(): void
}

/**
 * A button that says why it is off. It stays reachable by keyboard then (`aria-disabled`, not
 * `disabled`), because a reason one cannot get to is none.
 */
export function ActionButton({ label, why, actions, className, isIdle, act }: ActionButtonProps) {
  const { t } = useTranslation()
  const reasonId = useId()
  const reason = why ?? (actions.sending === null ? null : 'sending')
  const isOff = reason !== null || isIdle === true
  const text = reason === null ? undefined : t(`why.${reason}`)
  return (
    <>
      <button
        type="button"
        className={`button ${className ?? ''}`}
        aria-disabled={isOff}
        aria-describedby={text === undefined ? undefined : reasonId}
        title={text}
        onClick={() => {
          if (!isOff) act()
        }}
      >
        {label}
      </button>
      {text !== undefined && (
        <span id={reasonId} className="unseen">
          {text}
        </span>
      )}
    </>
  )
}
