import { useTranslation } from 'react-i18next'
import type { WorldSnapshot } from '../../../world/world.ts'
import type { Actions } from '../world/use-actions.ts'
import { Bay } from './bay.tsx'

type ForecourtProps = {
  readonly world: WorldSnapshot
  readonly actions: Actions
  readonly chosen: number
  choose(fuellingPoint: number): void
}

/** The station under its canopy: every fuelling point with its pump and its car. */
export function Forecourt({ world, actions, chosen, choose }: ForecourtProps) {
  const { t } = useTranslation()
  return (
    <section className="forecourt" id="forecourt" aria-label={t('forecourt.heading')}>
      <div className="canopy" aria-hidden="true">
        <span className="canopy-name">forecourt</span>
        <span className="canopy-station">{world.station?.stationId ?? ''}</span>
      </div>
      <div className="bays">
        {world.pumps.map((pump) => (
          <Bay
            key={pump.fuellingPoint}
            world={world}
            pump={pump}
            actions={actions}
            isChosen={pump.fuellingPoint === chosen}
            choose={choose}
          />
        ))}
      </div>
    </section>
  )
}
