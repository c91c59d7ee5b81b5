import { useTranslation } from 'react-i18next'
import type { WorldRefuel, WorldSnapshot } from '../../../world/world.ts'
import { toClockText } from '../panels/clock.ts'
import { EndingChip } from '../panels/ending-chip.tsx'
import { toSpanText } from '../world/figures.ts'
import { StepDetail } from './step-detail.tsx'
import { type PathStep, toPath } from './to-path.ts'

type SessionPathProps = { readonly world: WorldSnapshot; readonly fuellingPoint: number }

/** The refuel now at the chosen point, or the last one there, step by step with its times. */
export function SessionPath({ world, fuellingPoint }: SessionPathProps) {
  const { t } = useTranslation()
  const path = world.station === null ? null : toPath(world.station, fuellingPoint)
  return (
    <section className="panel path" aria-labelledby="path-heading">
      <h2 id="path-heading">{t('path.heading', { number: fuellingPoint })}</h2>
      {path === null ? (
        <p className="nothing">{t(world.station === null ? 'path.down' : 'path.none')}</p>
      ) : (
        <ol key={path.refuelId}>
          {path.steps.map((step) => (
            <Step key={step.code} step={step} world={world} refuelId={path.refuelId} />
          ))}
        </ol>
      )}
    </section>
  )
}

type StepProps = {
  readonly step: PathStep
  readonly world: WorldSnapshot
  readonly refuelId: string
}

function Step({ step, world, refuelId }: StepProps) {
  const { t } = useTranslation()
  const isSettled = step.code === 'settled' && step.kind === 'done'
  const refuel = isSettled ? findRefuel(world, refuelId) : undefined
  const ending = refuel?.ending ?? undefined
  return (
    <li className={`step step-${step.kind} step-is-${step.code}`} data-ending={ending}>
      <span className="step-mark" aria-hidden="true" />
      <span className="step-name">{t(`step.${step.code}`)}</span>
      <span className="step-time">
        {step.at === null || step.sinceLiftMs === null ? (
          t(step.kind === 'missed' ? 'path.missed' : 'path.ahead')
        ) : (
          <time dateTime={step.at} title={toClockText(step.at)}>
            {step.sinceLiftMs === 0 ? toClockText(step.at) : `+${toSpanText(step.sinceLiftMs)}`}
          </time>
        )}
      </span>
      {refuel !== undefined ? <Settled refuel={refuel} /> : <StepDetail step={step} />}
    </li>
  )
}

type Outcome = Pick<WorldRefuel, 'ending' | 'reason' | 'receiptNumber'>

/** The gateway knows the ending first; the world's own list remembers it longer. */
function findRefuel({ station, refuels }: WorldSnapshot, refuelId: string): Outcome | undefined {
  const point = station?.fuellingPoints.find((one) => one.lastRefuel?.refuelId === refuelId)
  return point?.lastRefuel ?? refuels.find((one) => one.refuelId === refuelId)
}

function Settled({ refuel }: { readonly refuel: Outcome }) {
  const { t } = useTranslation()
  return (
    <span className="step-detail">
      <EndingChip ending={refuel.ending} />
      {refuel.reason !== null && <span>{t(`reason.${refuel.reason}`)}</span>}
      {refuel.receiptNumber !== null && <span>{refuel.receiptNumber}</span>}
    </span>
  )
}
