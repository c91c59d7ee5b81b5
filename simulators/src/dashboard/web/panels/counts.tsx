import { useTranslation } from 'react-i18next'
import type { WorldCounts } from '../../../world/world.ts'

const names = ['refuels', 'charged', 'payable', 'pending', 'cancelled'] as const

/** What this run has done so far. */
export function Counts({ counts }: { readonly counts: WorldCounts }) {
  const { t } = useTranslation()
  return (
    <dl className="counts" aria-label={t('counts.heading')}>
      {names.map((name) => (
        <div key={name} className={`count count-${name}`}>
          <dt>{t(`counts.${name}`)}</dt>
          <dd>{counts[name]}</dd>
        </div>
      ))}
    </dl>
  )
}
