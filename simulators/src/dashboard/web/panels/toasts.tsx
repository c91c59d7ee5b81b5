import { useTranslation } from 'react-i18next'
import { zh } from '../words/zh.ts'
import type { Toast } from '../world/use-actions.ts'

type ToastsProps = { readonly toasts: readonly Toast[]; dismiss(id: number): void }

/** What could not be done and why, for a while or until dismissed. */
export function Toasts({ toasts, dismiss }: ToastsProps) {
  const { t } = useTranslation()
  return (
    <div className="toasts" role="alert">
      {toasts.map((toast) => (
        <p key={toast.id} className="toast">
          <span>
            {isKnown(toast.code)
              ? t(`error.${toast.code}`)
              : t('error.other', { detail: toast.detail || toast.code })}
          </span>
          <button type="button" aria-label={t('error.dismiss')} onClick={() => dismiss(toast.id)}>
            ✕
          </button>
        </p>
      ))}
    </div>
  )
}

type Known = Exclude<keyof typeof zh.error, 'other' | 'dismiss'>

function isKnown(code: string): code is Known {
  return code in zh.error && code !== 'other' && code !== 'dismiss'
}
