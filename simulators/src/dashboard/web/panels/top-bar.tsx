import { useTranslation } from 'react-i18next'
import { type Language, switchLanguage } from '../words/i18n.ts'
import { toClockSpan } from '../world/figures.ts'
import type { Actions } from '../world/use-actions.ts'
import { gatewayState, type Seen } from '../world/use-world.ts'

type TopBarProps = { readonly seen: Seen; readonly actions: Actions }

/** The page's name, how the run goes, and the two switches that concern all of it. */
export function TopBar({ seen, actions }: TopBarProps) {
  const { t, i18n } = useTranslation()
  const other: Language = i18n.language === 'en' ? 'zh' : 'en'
  return (
    <header className="top">
      <img src="/mark.svg" alt="" width="32" height="32" />
      <div className="top-name">
        <h1>{t('app.title')}</h1>
        <p>{t('app.subtitle')}</p>
      </div>
      <RunState seen={seen} />
      {seen.world !== null && (
        <AutopilotSwitch autopilot={seen.world.autopilot} actions={actions} />
      )}
      <button
        type="button"
        className="button button-quiet"
        lang={other === 'en' ? 'en' : 'zh-CN'}
        aria-label={t('app.languageLabel')}
        onClick={() => void switchLanguage(other)}
      >
        {t('app.language')}
      </button>
    </header>
  )
}

function RunState({ seen }: { readonly seen: Seen }) {
  const { t } = useTranslation()
  if (seen.world === null) return null
  const { at, startedAt } = seen.world
  const state = gatewayState(seen)
  const seconds = Math.max(0, Math.floor((Date.parse(at) - Date.parse(startedAt)) / 1_000))
  return (
    <p className="run-state">
      <span className="tag">{t('app.simulated')}</span>
      <span className={`pulse pulse-${state}`}>
        {t('gateway.name')} {t(`gateway.${state}`)}
      </span>
      <span className="run-time">{t('app.since', { time: toClockSpan(seconds) })}</span>
    </p>
  )
}

type AutopilotSwitchProps = { readonly autopilot: 'on' | 'off'; readonly actions: Actions }

function AutopilotSwitch({ autopilot, actions }: AutopilotSwitchProps) {
  const { t } = useTranslation()
  const isOn = autopilot === 'on'
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-disabled={actions.sending !== null}
      title={t('autopilot.hint')}
      onClick={() => {
        if (actions.sending === null) {
          actions.act({ type: 'set_autopilot', autopilot: isOn ? 'off' : 'on' })
        }
      }}
    >
      <span>{t('autopilot.label')}</span>
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
      <span className="switch-word">{t(isOn ? 'autopilot.on' : 'autopilot.off')}</span>
    </button>
  )
}
