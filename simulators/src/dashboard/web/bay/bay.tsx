import { toYuanText } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'
import type { WorldAction, WorldCar, WorldPump, WorldSnapshot } from '../../../world/world.ts'
import { ActionButton } from '../panels/action-button.tsx'
import { toLitresText } from '../world/figures.ts'
import { nextAction, type Possible } from '../world/possible.ts'
import type { Actions } from '../world/use-actions.ts'
import { PlateMark } from './plate-mark.tsx'
import { PumpPicture } from './pump-picture.tsx'

type BayProps = {
  readonly world: WorldSnapshot
  readonly pump: WorldPump
  readonly actions: Actions
  readonly isChosen: boolean
  choose(fuellingPoint: number): void
}

/** One bay: the picture chooses it, the button under it does the next thing a driver would. */
export function Bay({ world, pump, actions, isChosen, choose }: BayProps) {
  const { t } = useTranslation()
  const number = pump.fuellingPoint
  const car = world.cars.find((one) => one.carId === pump.carId) ?? null
  const shown = t('screen.label', {
    volume: toLitresText(pump.volumeMl),
    amount: toYuanText(pump.amountFen),
  })
  return (
    <article className={isChosen ? 'bay bay-chosen' : 'bay'} data-point={number}>
      <button
        type="button"
        className="bay-picture"
        aria-pressed={isChosen}
        aria-label={t('forecourt.select', { number, shown })}
        onClick={() => choose(number)}
      >
        <span className="bay-number" aria-hidden="true">
          {number}
        </span>
        <PumpPicture pump={pump} car={car} unitPriceFenPerLitre={priceShown(world, pump)} />
      </button>
      <div className="bay-foot">
        <p className={`chip state-${pump.state}`}>
          {t(`state.${pump.state}`)}
          {pump.locked && <span className="chip-aside">{t('forecourt.locked')}</span>}
        </p>
        <CarLine car={car} />
        <NextButton world={world} pump={pump} car={car} actions={actions} choose={choose} />
      </div>
    </article>
  )
}

/** A pump shows the price of the nozzle that is out; afterwards the one it last sold at. */
function priceShown({ station }: WorldSnapshot, pump: WorldPump): number | null {
  const out = pump.nozzles.find((one) => one.nozzle === pump.liftedNozzle)
  if (out !== undefined) return out.unitPriceFenPerLitre
  const read = station?.fuellingPoints.find((one) => one.fuellingPoint === pump.fuellingPoint)
  return read?.unitPriceFenPerLitre ?? null
}

function CarLine({ car }: { readonly car: WorldCar | null }) {
  const { t } = useTranslation()
  if (car === null) return <p className="bay-car bay-car-none">{t('forecourt.empty')}</p>
  const share = car.tankCapacityMl > 0 ? car.levelMl / car.tankCapacityMl : 0
  const level = Math.floor(car.levelMl / 1_000)
  const capacity = Math.floor(car.tankCapacityMl / 1_000)
  const tank = t('forecourt.tank', { level, capacity })
  return (
    <div className="bay-car">
      <PlateMark plate={car.plate} />
      <span className="bay-who">
        {car.memberName ?? t('forecourt.stranger')}
        <span
          className={`dot dot-${car.connected}`}
          role="img"
          aria-label={t(car.connected === 'yes' ? 'forecourt.connected' : 'forecourt.unconnected')}
        />
      </span>
      <span className="tank" role="img" aria-label={tank} title={tank}>
        <span className="tank-level" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
    </div>
  )
}

type NextButtonProps = Omit<BayProps, 'isChosen'> & { readonly car: WorldCar | null }

function NextButton({ world, pump, car, actions, choose }: NextButtonProps) {
  const { t } = useTranslation()
  const next = nextAction(pump, car)
  const action = next.type === null ? null : toAction(next.type, world, pump)
  return (
    <ActionButton
      className="next"
      label={next.type === null ? t('action.waiting') : labelOf(next.type)}
      why={next.why}
      isIdle={action === null}
      actions={actions}
      act={() => {
        choose(pump.fuellingPoint)
        if (action !== null) actions.act(action)
      }}
    />
  )

  function labelOf(type: keyof Possible): string {
    if (type !== 'lift') return t(`action.${type}`)
    return t('action.lift', { grade: `${pump.nozzles[0]?.grade ?? ''}#` })
  }
}

/** The simplest form of an action: the next free member comes, the first nozzle is taken. */
function toAction(type: keyof Possible, world: WorldSnapshot, pump: WorldPump): WorldAction | null {
  const { fuellingPoint } = pump
  switch (type) {
    case 'send_car':
      return { type, fuellingPoint, memberId: nextMember(world, fuellingPoint) }
    case 'lift': {
      const nozzle = pump.nozzles[0]
      return nozzle === undefined ? null : { type, fuellingPoint, nozzle: nozzle.nozzle }
    }
    case 'squeeze':
    case 'hang_up':
    case 'drive_off':
      return { type, fuellingPoint }
  }
}

/** Another member each time, as far as they are not here already; a stranger when all are. */
function nextMember(world: WorldSnapshot, fuellingPoint: number): string | null {
  const away = world.members.filter(
    (member) => !world.cars.some((car) => car.plate === member.plate),
  )
  const turn = world.counts.refuels + fuellingPoint
  return away[turn % Math.max(1, away.length)]?.memberId ?? null
}
