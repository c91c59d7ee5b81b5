import { useTranslation } from 'react-i18next'
import { PlateMark } from '../bay/plate-mark.tsx'
import { toLitresText } from '../world/figures.ts'
import { type Detail, toDetail } from './to-detail.ts'
import type { PathStep } from './to-path.ts'

/** What the gateway added to a step, in the reader's language. */
export function StepDetail({ step }: { readonly step: PathStep }) {
  const detail = toDetail(step)
  if (detail === null) return null
  return (
    <span className="step-detail">
      <Figures detail={detail} />
    </span>
  )
}

function Figures({ detail }: { readonly detail: Detail }) {
  const { t } = useTranslation()
  switch (detail.kind) {
    case 'plate':
      return (
        <>
          <PlateMark plate={detail.plate} />
          {t('detail.plate', { percent: detail.percent, frames: detail.frames })}
        </>
      )
    case 'nozzle':
      return t('detail.nozzle', { nozzle: detail.nozzle, grade: detail.grade })
    case 'sale':
      return `${toLitresText(detail.volumeMl)} L · ¥${detail.yuan}`
    case 'limit':
      return detail.yuan === null ? t('detail.noLimit') : t('detail.limit', { yuan: detail.yuan })
    case 'denied':
      return t(`reason.${detail.reason}`)
    case 'cancelled':
      return t(`cancel.${detail.reason}`)
    case 'raw':
      return <code>{detail.text}</code>
  }
}
