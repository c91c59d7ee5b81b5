import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WorldSnapshot } from '../../world/world.ts'
import { Forecourt } from './bay/forecourt.tsx'
import { Controls } from './panels/controls.tsx'
import { Counts } from './panels/counts.tsx'
import { Ledger } from './panels/ledger.tsx'
import { Members } from './panels/members.tsx'
import { Pipe } from './panels/pipe.tsx'
import { Promises } from './panels/promises.tsx'
import { Toasts } from './panels/toasts.tsx'
import { TopBar } from './panels/top-bar.tsx'
import { SessionPath } from './path/session-path.tsx'
import { type Actions, useActions } from './world/use-actions.ts'
import { gatewayState, type Seen, useWorld } from './world/use-world.ts'

/** The whole page: the forecourt, what happens on it, and how to drive it. */
export function App() {
  const { t } = useTranslation()
  const seen = useWorld()
  const actions = useActions()
  return (
    <>
      <a className="skip" href="#forecourt">
        {t('app.skip')}
      </a>
      <TopBar seen={seen} actions={actions} />
      {seen.link === 'lost' && (
        <p className="banner banner-lost" role="status">
          {t('connection.lost')}
        </p>
      )}
      <main>
        {seen.world === null || gatewayState(seen) === 'starting' ? (
          <Starting seen={seen} />
        ) : (
          <Live world={seen.world} actions={actions} />
        )}
      </main>
      <Toasts toasts={actions.toasts} dismiss={actions.dismiss} />
    </>
  )
}

function Starting({ seen }: { readonly seen: Seen }) {
  const { t } = useTranslation()
  return (
    <section className="starting" role="status">
      <div className="starting-drop" aria-hidden="true" />
      <h1>{t('starting.title')}</h1>
      <p>{seen.world === null ? t('connection.connecting') : t('starting.body')}</p>
    </section>
  )
}

function Live({ world, actions }: { readonly world: WorldSnapshot; readonly actions: Actions }) {
  const { t } = useTranslation()
  const [chosen, choose] = useState<number | null>(null)
  const fuellingPoint = chosen ?? world.pumps[0]?.fuellingPoint ?? 1
  const pump = world.pumps.find((one) => one.fuellingPoint === fuellingPoint)
  return (
    <>
      {world.station === null && (
        <div className="banner banner-down" role="status">
          <strong>{t('gateway.downTitle')}</strong> <span>{t('gateway.downBody')}</span>
        </div>
      )}
      <div className="headline">
        <Promises counts={world.counts} />
        <Counts counts={world.counts} />
      </div>
      <div className="stage">
        <Forecourt world={world} actions={actions} chosen={fuellingPoint} choose={choose} />
        <aside className="rail">
          {pump && <Controls world={world} pump={pump} actions={actions} />}
          <SessionPath world={world} fuellingPoint={fuellingPoint} />
        </aside>
      </div>
      <Pipe world={world} actions={actions} />
      <div className="books">
        <Ledger refuels={world.refuels} />
        <Members members={world.members} actions={actions} />
      </div>
    </>
  )
}
