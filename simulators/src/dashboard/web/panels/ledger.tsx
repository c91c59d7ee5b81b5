import { toYuanText } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'
import type { WorldRefuel } from '../../../world/world.ts'
import { PlateMark } from '../bay/plate-mark.tsx'
import { toLitresText, toSpanText } from '../world/figures.ts'
import { toClockText } from './clock.ts'
import { EndingChip } from './ending-chip.tsx'

const columns = [
  'hangUpAt',
  'point',
  'plate',
  'member',
  'volume',
  'amount',
  'ending',
  'receipt',
  'took',
] as const
/** The page keeps to what fits a glance; the world remembers more. */
const rowsMax = 14

/** The last refuels, newest first. On a narrow page each row becomes a card. */
export function Ledger({ refuels }: { readonly refuels: readonly WorldRefuel[] }) {
  const { t } = useTranslation()
  return (
    <section className="panel ledger" aria-labelledby="ledger-heading">
      <h2 id="ledger-heading">{t('ledger.heading')}</h2>
      {refuels.length === 0 ? (
        <p className="nothing">{t('ledger.none')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col" className={`col-${name}`}>
                  {t(`ledger.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {refuels.slice(0, rowsMax).map((refuel) => (
              <Row key={refuel.refuelId} refuel={refuel} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ refuel }: { readonly refuel: WorldRefuel }) {
  const { t } = useTranslation()
  return (
    <tr data-refuel={refuel.refuelId}>
      <td className="col-hangUpAt">{toClockText(refuel.hangUpAt)}</td>
      <td className="col-point">{refuel.fuellingPoint}</td>
      <td className="col-plate">
        {refuel.plate === null ? (
          <span className="faint">{t('ledger.noPlate')}</span>
        ) : (
          <PlateMark plate={refuel.plate} />
        )}
      </td>
      <td className="col-member">{refuel.memberName ?? '–'}</td>
      <td className="col-volume">{toLitresText(refuel.volumeMl)} L</td>
      <td className="col-amount">¥{toYuanText(refuel.amountFen)}</td>
      <td className="col-ending">
        <EndingChip ending={refuel.ending} />
        {refuel.reason !== null && <span className="reason">{t(`reason.${refuel.reason}`)}</span>}
      </td>
      <td className="col-receipt">{refuel.receiptNumber ?? <span className="blank">–</span>}</td>
      <td className="col-took">
        {refuel.hangUpToSettledMs === null ? (
          <span className="blank">…</span>
        ) : (
          toSpanText(refuel.hangUpToSettledMs)
        )}
      </td>
    </tr>
  )
}
