import type { Ending } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'

/** How a refuel ended, in a word and a colour; before the cloud has spoken, that it has not. */
export function EndingChip({ ending }: { readonly ending: Ending | null }) {
  const { t } = useTranslation()
  return (
    <span className={`chip ending-${ending ?? 'none'}`}>{t(`ending.${ending ?? 'none'}`)}</span>
  )
}
