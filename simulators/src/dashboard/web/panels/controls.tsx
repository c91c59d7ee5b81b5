import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WorldMember, WorldPump, WorldSnapshot } from '../../../world/world.ts'
import { possibleAt } from '../world/possible.ts'
import type { Actions } from '../world/use-actions.ts'
import { ActionButton } from './action-button.tsx'

type ControlsProps = {
  readonly world: WorldSnapshot
  readonly pump: WorldPump
  readonly actions: Actions
}

/** Everything a driver can do at the chosen fuelling point; what is impossible says why. */
export function Controls({ world, pump, actions }: ControlsProps) {
  const { t } = useTranslation()
  const { fuellingPoint } = pump
  const car = world.cars.find((one) => one.carId === pump.carId) ?? null
  const can = possibleAt(pump, car)
  return (
    <section className="panel controls" aria-labelledby="controls-heading">
      <h2 id="controls-heading">{t('action.heading', { number: fuellingPoint })}</h2>
      <SendCar world={world} pump={pump} actions={actions} />
      <div className="control-row">
        {pump.nozzles.map(({ nozzle, grade }) => (
          <ActionButton
            key={nozzle}
            label={t('action.lift', { grade: `${grade}#` })}
            why={can.lift}
            actions={actions}
            act={() => actions.act({ type: 'lift', fuellingPoint, nozzle })}
          />
        ))}
      </div>
      <Squeeze pump={pump} why={can.squeeze} actions={actions} />
      <div className="control-row">
        <ActionButton
          label={t('action.hang_up')}
          why={can.hang_up}
          actions={actions}
          act={() => actions.act({ type: 'hang_up', fuellingPoint })}
        />
        <ActionButton
          label={t('action.drive_off')}
          why={can.drive_off}
          actions={actions}
          act={() => actions.act({ type: 'drive_off', fuellingPoint })}
        />
      </div>
    </section>
  )
}

const stranger = '-stranger'

function SendCar({ world, pump, actions }: ControlsProps) {
  const { t } = useTranslation()
  const isTaken = world.cars.some((one) => one.carId === pump.carId)
  const isHere = (member: WorldMember) => world.cars.some((car) => car.plate === member.plate)
  const [picked, setWho] = useState<string | null>(null)
  const who = picked ?? world.members.find((member) => !isHere(member))?.memberId ?? stranger
  const chosen = world.members.find((member) => member.memberId === who)
  const isAway = chosen === undefined || !isHere(chosen)
  return (
    <div className="control-row">
      <select aria-label={t('action.who')} value={who} onChange={(e) => setWho(e.target.value)}>
        {world.members.map((member) => (
          <option key={member.memberId} value={member.memberId}>
            {`${member.displayName} ${member.plate}`}
          </option>
        ))}
        <option value={stranger}>{t('action.stranger')}</option>
      </select>
      <ActionButton
        label={t('action.send_car')}
        why={isTaken ? 'bayTaken' : isAway ? null : 'memberOnSite'}
        actions={actions}
        act={() =>
          actions.act({
            type: 'send_car',
            fuellingPoint: pump.fuellingPoint,
            memberId: chosen?.memberId ?? null,
          })
        }
      />
    </div>
  )
}

const litreChoices = [10, 20, 40] as const

type SqueezeProps = {
  readonly pump: WorldPump
  readonly why: ReturnType<typeof possibleAt>['squeeze']
  readonly actions: Actions
}

function Squeeze({ pump, why, actions }: SqueezeProps) {
  const { t } = useTranslation()
  const [litres, setLitres] = useState<number | null>(null)
  const { fuellingPoint } = pump
  return (
    <div className="control-row">
      <select
        aria-label={t('action.litres')}
        value={litres ?? ''}
        onChange={(e) => setLitres(e.target.value === '' ? null : Number(e.target.value))}
      >
        <option value="">{t('action.fullTank')}</option>
        {litreChoices.map((choice) => (
          <option key={choice} value={choice}>
            {t('action.litresOption', { litres: choice })}
          </option>
        ))}
      </select>
      <ActionButton
        label={t('action.squeeze')}
        why={why}
        actions={actions}
        act={() =>
          actions.act({ type: 'squeeze', fuellingPoint, ...(litres === null ? {} : { litres }) })
        }
      />
    </div>
  )
}
