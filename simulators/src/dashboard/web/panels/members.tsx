import { toYuanText } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'
import { PayBehaviour, type WorldMember } from '../../../world/world.ts'
import { PlateMark } from '../bay/plate-mark.tsx'
import type { Actions } from '../world/use-actions.ts'

type MembersProps = { readonly members: readonly WorldMember[]; readonly actions: Actions }

/** Who may come, what they pay with, and how the sandbox provider treats them. */
export function Members({ members, actions }: MembersProps) {
  const { t } = useTranslation()
  return (
    <section className="panel members" aria-labelledby="members-heading">
      <h2 id="members-heading">{t('members.heading')}</h2>
      {members.length === 0 ? (
        <p className="nothing">{t('members.none')}</p>
      ) : (
        <ul>
          {members.map((member) => (
            <li key={member.memberId}>
              <div className="member-who">
                <strong>{member.displayName}</strong>
                <PlateMark plate={member.plate} />
              </div>
              <Payment member={member} actions={actions} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type PaymentProps = { readonly member: WorldMember; readonly actions: Actions }

function Payment({ member, actions }: PaymentProps) {
  const { t } = useTranslation()
  const { memberId, behaviour } = member
  if (behaviour === null) {
    const balance = member.balanceFen
    return (
      <div className="member-pays">
        {t(`members.${member.payment}`)}
        {balance !== null && <strong className="balance">¥{toYuanText(balance)}</strong>}
      </div>
    )
  }
  return (
    <div className="member-pays">
      {t(`members.${member.payment}`)}
      <select
        className={`behaviour-${behaviour}`}
        aria-label={t('members.behaviour', { name: member.displayName })}
        value={behaviour}
        onChange={(event) => {
          const wanted = PayBehaviour.parse(event.target.value)
          actions.act({ type: 'set_behaviour', memberId, behaviour: wanted })
        }}
      >
        {PayBehaviour.options.map((one) => (
          <option key={one} value={one}>
            {t(`behaviour.${one}`)}
          </option>
        ))}
      </select>
    </div>
  )
}
