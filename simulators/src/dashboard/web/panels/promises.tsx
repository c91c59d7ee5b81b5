import { useTranslation } from 'react-i18next'
import type { WorldCounts } from '../../../world/world.ts'

const promises = ['lost', 'doubleCharged', 'wrongAmount'] as const

/** The three promises, each as the number of times it was broken. They must stay zero. */
export function Promises({ counts }: { readonly counts: WorldCounts }) {
  const { t } = useTranslation()
  return (
    <section className="promises" aria-label={t('promise.heading')}>
      {promises.map((name) => {
        const isKept = counts[name] === 0
        return (
          <div
            key={name}
            className={isKept ? 'promise' : 'promise promise-broken'}
            data-promise={name}
            role={isKept ? undefined : 'alert'}
          >
            <span className="promise-number">{counts[name]}</span>
            <span className="promise-words">
              <strong>{t(`promise.${name}`)}</strong>
              <span>
                {t(`promise.${name}Unit`)}
                <i className="promise-mark">{t(isKept ? 'promise.kept' : 'promise.broken')}</i>
              </span>
            </span>
          </div>
        )
      })}
    </section>
  )
}
