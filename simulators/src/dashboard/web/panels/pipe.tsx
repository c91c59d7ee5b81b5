import type { StationSnapshot } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'
import type { WorldSnapshot } from '../../../world/world.ts'
import type { Actions } from '../world/use-actions.ts'
import { ActionButton } from './action-button.tsx'
import { toClockText } from './clock.ts'

type PipeProps = { readonly world: WorldSnapshot; readonly actions: Actions }

/** From the station's outbox to the cloud: what waits, what flows, and the switch that cuts it. */
export function Pipe({ world, actions }: PipeProps) {
  const { t } = useTranslation()
  const uplink = world.station?.uplink ?? null
  return (
    <section className={`panel pipe pipe-${toState(world)}`} aria-label={t('pipe.heading')}>
      <GatewayEnd world={world} actions={actions} />
      <Outbox uplink={uplink} />
      <Line world={world} actions={actions} />
      <CloudEnd lastReceiptAt={uplink?.lastReceiptAt ?? null} />
    </section>
  )
}

function toState({ uplink, station }: WorldSnapshot): 'up' | 'cut' | 'offline' {
  if (uplink === 'cut') return 'cut'
  return station?.uplink.online === false ? 'offline' : 'up'
}

function GatewayEnd({ world, actions }: PipeProps) {
  const { t } = useTranslation()
  const isDown = world.station === null
  return (
    <div className="pipe-end">
      <span className="pipe-icon" aria-hidden="true">
        <GatewayIcon />
      </span>
      <div>
        <strong>{t('gateway.name')}</strong>
        <span className={isDown ? 'bad' : 'faint'}>
          {t(isDown ? 'gateway.down' : 'gateway.up')}
        </span>
      </div>
      <ActionButton
        className="button-quiet"
        label={t('gateway.restart')}
        why={null}
        actions={actions}
        act={() => actions.act({ type: 'restart_edge' })}
      />
    </div>
  )
}

function Line({ world, actions }: PipeProps) {
  const { t } = useTranslation()
  const isCut = world.uplink === 'cut'
  const uplink = world.station?.uplink
  const flow = uplink !== undefined && uplink.outboxDepth > 0 ? 'busy' : 'calm'
  return (
    <div className="pipe-line">
      <span className="pipe-tube" aria-hidden="true">
        <span className={`pipe-flow pipe-${flow}`} />
        {isCut && <span className="pipe-gap">✕</span>}
      </span>
      <span className="pipe-word" role="status">
        {t(`pipe.${toState(world)}`)}
        {uplink !== undefined && (
          <span className="faint"> {t('pipe.kind', { kind: uplink.kind.toUpperCase() })}</span>
        )}
      </span>
      <ActionButton
        className={isCut ? 'button-mend' : 'button-cut'}
        label={t(isCut ? 'pipe.restoreAction' : 'pipe.cutAction')}
        why={null}
        actions={actions}
        act={() => actions.act({ type: 'set_uplink', uplink: isCut ? 'up' : 'cut' })}
      />
    </div>
  )
}

function CloudEnd({ lastReceiptAt }: { readonly lastReceiptAt: string | null }) {
  const { t } = useTranslation()
  return (
    <div className="pipe-end pipe-cloud">
      <span className="pipe-icon" aria-hidden="true">
        <CloudIcon />
      </span>
      <div>
        <strong>{t('pipe.cloud')}</strong>
        <span className="faint">
          {lastReceiptAt === null
            ? t('pipe.cloudNote')
            : t('pipe.lastReceipt', { time: toClockText(lastReceiptAt) })}
        </span>
      </div>
    </div>
  )
}

/** Blocks drawn at most; the number beside them always tells the whole. */
const blocksMax = 24

function Outbox({ uplink }: { readonly uplink: StationSnapshot['uplink'] | null }) {
  const { t } = useTranslation()
  const depth = uplink?.outboxDepth ?? 0
  const cells = Array.from({ length: blocksMax }, (_, place) => place)
  return (
    <div className="outbox" data-depth={uplink?.outboxDepth ?? 'unknown'}>
      <div className="outbox-words">
        <strong>{t('pipe.outbox')}</strong>
        <span className={depth > 0 ? 'warn' : 'faint'}>{outboxWords()}</span>
      </div>
      <span className="outbox-blocks" aria-hidden="true">
        {cells.map((place) => (
          <span key={place} className={place < depth ? 'block block-full' : 'block'} />
        ))}
      </span>
      {uplink !== null && uplink.setAside > 0 && (
        <span className="bad">{t('pipe.setAside', { count: uplink.setAside })}</span>
      )}
    </div>
  )

  function outboxWords(): string {
    if (uplink === null) return t('pipe.outboxUnknown')
    return depth === 0 ? t('pipe.outboxEmpty') : t('pipe.outboxWaiting', { count: depth })
  }
}

function GatewayIcon() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 14h16v6H4zM8 17h.01M12 17h.01M12 14V9M8.500 7.500a5 5 0 0 1 7 0M6 5a8.500 8.500 0 0 1 12 0" />
    </svg>
  )
}

function CloudIcon() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M7 18.500a4.500 4.500 0 0 1-.5-9 6 6 0 0 1 11.400 1.500A3.800 3.800 0 0 1 17.500 18.500z" />
    </svg>
  )
}
